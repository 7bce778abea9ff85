/** One cell: control, absences, recipes from native down, verdict. */
import { entryFor } from '../core/recipe-key.js'
import { isFinal, judge, judgeBelowGate, type Judgement } from '../core/judge.js'
import type { Probe, RecipeEntry } from '../core/matrix.js'
import type { Attempt, Cell } from '../core/result.js'
import { LEVELS } from '../core/verdict.js'
import { attempt, absenceProblem, type Bench } from './attempt.js'
import type { Controls } from './controls.js'

/** A cell without its place and its times. */
export type Finding = Pick<Cell, 'verdict' | 'reason' | 'note' | 'key' | 'absent' | 'attempts'>

/** @throws whatever a lost connection to the server throws, and WorkerGone. */
export async function probeCell(bench: Bench, probe: Probe, controls: Controls): Promise<Finding> {
  const control = await controls.ask(probe)
  if (control.kind === 'error') return finding('error', control.reason)
  const entry = entryFor(probe, bench.client)
  if (control.kind === 'lacks') return belowGate(bench, probe, { entry, reason: control.reason })
  if (!entry) return finding('not-run', `no recipe for ${bench.client.family.id} in ${probe.place.file}`)
  const problem = await absenceProblem(await bench.worker(), entry)
  if (problem !== undefined) return { ...finding('error', problem), key: entry.key }
  const attempts = await tryRecipes(bench, probe, entry)
  return { ...judged(judge(attempts, entry.absent)), key: entry.key, absent: [...entry.absent], attempts }
}

/** On a server without the feature the best recipe must end in an error: several clients accept an option and drop it silently. */
async function belowGate(
  bench: Bench,
  probe: Probe,
  { entry, reason }: { entry: RecipeEntry | undefined; reason: string },
): Promise<Finding> {
  const best = entry?.recipes[0]
  if (!entry || !best) return finding('server', reason)
  const only = await attempt(bench, probe, best)
  return { ...judged(judgeBelowGate(only, reason)), key: entry.key, attempts: [only] }
}

/**
 * A broken recipe does not end the row of attempts: the page shows whether a lower level works.
 */
async function tryRecipes(bench: Bench, probe: Probe, entry: RecipeEntry): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  for (const level of LEVELS) {
    const recipe = entry.recipes.find((candidate) => candidate.level === level)
    if (!recipe) continue
    const result = await attempt(bench, probe, recipe)
    attempts.push(result)
    if (isFinal(result.outcome)) break
  }
  return attempts
}

function judged({ verdict, reason, note }: Judgement): Finding {
  return { ...finding(verdict, reason), note }
}

/** For a cell whose client never ran. */
export function finding(verdict: Cell['verdict'], reason: string): Finding {
  return { verdict, reason, note: null, key: null, absent: [], attempts: [] }
}
