/** A run against the reviewed record, and what becomes of the record when the run is accepted. */
import { differences, type Difference } from './difference.js'
import { cellId, type CellId } from './ids.js'
import { isRecorded, type Judged } from './record.js'
import type { Cell, Results } from './result.js'
import { selector } from './selector.js'
import { isUnjudged } from './verdict.js'

export interface Check {
  /** The record's side is `before`. A cell that was not run is no difference. */
  readonly differences: readonly Difference[]
  /** Entries of the record for cells that the matrix does not have. */
  readonly unknown: readonly Judged[]
  /** Cells of the record that were planned and not run, each with its reason. */
  readonly notRun: readonly Cell[]
  /** Cells of the run that are also in the record, or ought to be. */
  readonly compared: number
  /** False where the run was cut off. */
  readonly complete: boolean
}

export interface Checked {
  readonly recorded: readonly Judged[]
  readonly results: Results
  /** Ids of all cells of the matrix. */
  readonly planned: ReadonlySet<string>
  /** Selectors, beside those of the run itself; none for all of it. */
  readonly patterns: readonly string[]
}

export function check({ recorded, results, planned, patterns }: Checked): Check {
  const scope = scopeOf(results, patterns)
  const cells = results.cells.filter(scope.has)
  const known = recorded.filter(scope.has)
  const unknown = known.filter((cell) => !planned.has(cellId(cell)))
  const notRun = cells.filter(({ verdict }) => verdict === 'not-run')
  const [left, strange] = [idsOf(notRun), idsOf(unknown)]
  const before = known
    .filter((cell) => !left.has(cellId(cell)) && !strange.has(cellId(cell)))
    .map((cell) => ({ ...cell, reason: '' }))
  const after = cells.filter((cell) => !left.has(cellId(cell)))
  const inRecord = idsOf(known)
  return {
    differences: differences(before, after, { client: true, server: true }),
    unknown,
    notRun: notRun.filter((cell) => inRecord.has(cellId(cell))),
    compared: after.length,
    complete: results.complete,
  }
}

/** Cells that keep a run from being accepted. */
export function unjudged({ results, patterns }: Pick<Checked, 'results' | 'patterns'>): readonly Cell[] {
  const scope = scopeOf(results, patterns)
  return results.cells.filter((cell) => scope.has(cell) && isUnjudged(cell.verdict))
}

/** The record after the run: what it did not look at stays, what the matrix no longer has goes. */
export function accept({ recorded, results, planned, patterns }: Checked): readonly Judged[] {
  const scope = scopeOf(results, patterns)
  const isPlanned = (cell: CellId) => planned.has(cellId(cell))
  const found = results.cells.filter(
    (cell) => scope.has(cell) && cell.verdict !== 'not-run' && isPlanned(cell),
  )
  const replaced = idsOf(found)
  const kept = recorded.filter((cell) => isPlanned(cell) && !replaced.has(cellId(cell)))
  return [...kept, ...found.map(({ server, client, probe, verdict }) => ({ server, client, probe, verdict }))]
}

/** What a run speaks of: its own selection and a narrower one, on servers that are in the record at all. */
function scopeOf({ header }: Results, patterns: readonly string[]): { has: (cell: CellId) => boolean } {
  const ran = selector(header.selector === null ? [] : header.selector.split(' '))
  const wanted = selector(patterns)
  const left = new Set(header.servers.filter((server) => !isRecorded(server)).map(({ id }) => id))
  return { has: (cell) => !left.has(cell.server) && ran(cell) && wanted(cell) }
}

function idsOf(cells: readonly CellId[]): ReadonlySet<string> {
  return new Set(cells.map(cellId))
}
