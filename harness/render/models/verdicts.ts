/** The words of the verdicts, as the pages show them. */
import { type Verdict, VERDICTS } from '../../core/verdict.js'

export interface VerdictWords {
  readonly verdict: Verdict
  /** One sentence for somebody who reads the table for the first time. */
  readonly meaning: string
}

const MEANINGS = {
  native:
    'Works as installed, through the documented API. For an ORM: its own field, construct or operation did it.',
  partial:
    'Works after a registration or a setting, in one direction only, or with a documented loss. The note says which.',
  raw: 'Works only as hand-written SQL through the ORM, or with values converted by hand.',
  unsupported:
    'An error, or no path. The evidence is the error of each recipe, or an API verified to be absent.',
  broken: 'No error, but a wrong value or a wrong effect on the server. The worst one.',
  server: 'This PostgreSQL does not have the feature; no client can.',
  refused: 'The client does not install on any matching Python, or refuses this server.',
  timeout: 'The recipe did not end within its deadline.',
  crash: 'The process of the recipe died.',
  flaky: 'Two runs disagreed.',
  invalid: 'Another server or version answered than the one planned, or the witness could not be asked.',
  error: 'A fault of pgmatrix itself or of the probe.',
  'not-run': 'Never reached; the reason says why.',
} as const satisfies Record<Verdict, string>

function verdictWords(verdict: Verdict): VerdictWords {
  return { verdict, meaning: MEANINGS[verdict] }
}

export function allVerdicts(): VerdictWords[] {
  return VERDICTS.map(verdictWords)
}
