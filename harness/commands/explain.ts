/** `pgmatrix explain`: why a run would run a cell, or need not. */
import { changedParts, type Part } from '../core/decided.js'
import { cellId } from '../core/ids.js'
import { plannedCells } from '../core/plan.js'
import { isFact, isSettled, type Verdict } from '../core/verdict.js'
import { readEarlier, type EarlierCell } from '../results/earlier.js'
import { decide } from '../run/decide.js'
import { openRuntime, type RuntimeWords } from '../runtime/open.js'
import { planFor } from './plan.js'
import { recordedIncidents } from './record.js'
import { matrixFolder, openMatrix } from './workspace.js'

export interface Explanation {
  /** Cell id. */
  readonly cell: string
  readonly runs: boolean
  readonly why: string
  /** What is not as it was when the cell ran; none where it never did. */
  readonly changed: readonly Part[]
  /** Where it stands. */
  readonly file: string | null
}

export interface ExplainWords {
  readonly patterns: readonly string[]
  readonly matrix: string | undefined
  /** Folder of results files. */
  readonly results: string
  readonly words: RuntimeWords
}

/** In the order of the plan. @throws UsageError, EnvironmentError */
export async function explain({ patterns, matrix, results, words }: ExplainWords): Promise<Explanation[]> {
  const whole = await openMatrix(matrix)
  const plan = planFor(whole, patterns)
  await using runtime = await openRuntime(words, plan, () => {})
  const earlier = await readEarlier(results)
  const recorded = await recordedIncidents(matrixFolder(matrix), whole, earlier)
  const decided = await decide(plan, runtime)
  return plannedCells(plan).map((cell) => {
    const id = cellId(cell)
    return explainCell(id, earlier.cells.get(id), { decided: decided(cell), recorded: recorded.get(id) })
  })
}

const MEANING: Readonly<Record<Part, string>> = {
  tool: 'the code that runs and judges cells, its runtime or the platform',
  server: 'what the server is made from',
  client: 'its packages, the Pythons that it could take, or how the family connects',
  probe: 'what the probe asks or expects',
  recipes: 'its recipes in the probe, or the lines that they stand in',
}

interface Today {
  readonly decided: string | undefined
  /** By the reviewed record. */
  readonly recorded: Verdict | undefined
}

function explainCell(
  cell: string,
  known: EarlierCell | undefined,
  { decided, recorded }: Today,
): Explanation {
  const runs = (why: string, changed: readonly Part[] = []): Explanation => ({
    ...{ cell, runs: true, why, changed },
    file: known?.path ?? null,
  })
  if (decided === undefined)
    return runs('before it runs, this runtime cannot say what its server and its client are made from')
  if (!known) return runs('no results file has it')
  const changed = changedParts(known.decided, decided)
  if (changed.length > 0)
    return runs(`changed since it ran: ${changed.map((part) => MEANING[part]).join('; ')}`, changed)
  if (!isSettled(known.verdict, recorded))
    return runs(
      `it ended as ${known.verdict}, which is no fact about the client, and the reviewed record does not have it`,
    )
  const reviewed = isFact(known.verdict) ? '' : ', as the reviewed record has it'
  const why = `all that decides it is as it was when it was found ${known.verdict}${reviewed}`
  return { cell, runs: false, why, changed, file: known.path }
}

export function describeExplanation({ cell, runs, why, file }: Explanation): string {
  return `${cell}\n  ${runs ? 'runs' : 'need not run'}: ${why}${file === null ? '' : `\n  found in ${file}`}`
}
