/** What a cell can end as. The words are defined in README.md, "How to read a verdict". */

/** Levels of a recipe, from the best to the way round; recipes are tried in this order. */
export const LEVELS = ['native', 'partial', 'raw'] as const
export type Level = (typeof LEVELS)[number]

/** Facts about the software under test. */
export const FACTS = [...LEVELS, 'unsupported', 'broken', 'server', 'refused'] as const
export type Fact = (typeof FACTS)[number]

/** Facts about the run: they count neither as support nor as the lack of it. */
export const INCIDENTS = ['timeout', 'crash', 'flaky', 'invalid', 'error', 'not-run'] as const
export type Incident = (typeof INCIDENTS)[number]

/** Of these, what a client may end in each time that it is asked. */
const REPEATED: readonly Verdict[] = ['timeout', 'crash']

/** Of these, what a run was meant to judge and could not. */
const UNJUDGED: readonly Verdict[] = ['error', 'invalid', 'flaky']

export function isUnjudged(verdict: Verdict): boolean {
  return UNJUDGED.includes(verdict)
}

export const VERDICTS = [...FACTS, ...INCIDENTS] as const
export type Verdict = Fact | Incident

/** How many cells have each; those that none has are missing. */
export type Counts = Readonly<Partial<Record<Verdict, number>>>

export function countVerdicts(cells: readonly { readonly verdict: Verdict }[]): Counts {
  const counts: Partial<Record<Verdict, number>> = {}
  for (const { verdict } of cells) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}

export function isFact(verdict: Verdict): verdict is Fact {
  return (FACTS as readonly Verdict[]).includes(verdict)
}

/**
 * Whether a later run may take it over: a fact, or what the client ends in each time, as the reviewed record says.
 * @param recorded of the same cell
 */
export function isSettled(verdict: Verdict, recorded: Verdict | undefined): boolean {
  return isFact(verdict) || (REPEATED.includes(verdict) && recorded === verdict)
}
