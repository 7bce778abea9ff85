/** Counts behind every summary. */
import type { Cell, ClientFacts, ServerFacts } from '../../core/result.js'
import { isFact, type Verdict, VERDICTS } from '../../core/verdict.js'
import type { ResultsView } from './view.js'

export interface Tally {
  /** How many cells have each verdict, in the order of VERDICTS; verdicts without a cell are left out. */
  readonly counts: readonly VerdictCount[]
  readonly native: number
  /** Cells whose verdict says something about the client: facts, without those where the server lacks the feature. */
  readonly decided: number
  readonly cells: number
  /** `native 61, partial 8, unsupported 3` */
  readonly words: string
  readonly segments: readonly Segment[]
}

interface VerdictCount {
  readonly verdict: Verdict
  readonly count: number
}

/** A stretch of the bar under a column's name; `x` and `width` in percent of the whole. */
interface Segment {
  readonly verdict: Verdict
  readonly x: string
  readonly width: string
}

export function tally(cells: readonly Cell[]): Tally {
  const found = new Map<Verdict, number>()
  for (const { verdict } of cells) found.set(verdict, (found.get(verdict) ?? 0) + 1)
  const counts = VERDICTS.flatMap((verdict) => {
    const count = found.get(verdict)
    return count === undefined ? [] : [{ verdict, count }]
  })
  return {
    counts,
    native: countOf(counts, 'native'),
    decided: counts
      .filter(({ verdict }) => isFact(verdict) && verdict !== 'server')
      .reduce((sum, { count }) => sum + count, 0),
    cells: cells.length,
    words: counts.map(({ verdict, count }) => `${verdict} ${count}`).join(', '),
    segments: segmentsOf(counts, cells.length),
  }
}

/** Of a client on a server. Kept: each release of a family has those of all releases on its page. */
export function tallyOn(view: ResultsView, client: ClientFacts, server: ServerFacts): Tally {
  const known = kept.get(view) ?? new Map<string, Tally>()
  kept.set(view, known)
  const key = `${client.id}@${server.id}`
  const counted =
    known.get(key) ?? tally(view.cellsOf('client', client.id).filter((cell) => cell.server === server.id))
  known.set(key, counted)
  return counted
}

const kept = new WeakMap<ResultsView, Map<string, Tally>>()

function countOf(counts: readonly VerdictCount[], verdict: Verdict): number {
  return counts.find((entry) => entry.verdict === verdict)?.count ?? 0
}

function segmentsOf(counts: readonly VerdictCount[], whole: number): Segment[] {
  let before = 0
  return counts.map(({ verdict, count }) => {
    const segment = { verdict, x: percent(before, whole), width: percent(count, whole) }
    before += count
    return segment
  })
}

function percent(part: number, whole: number): string {
  return ((100 * part) / whole).toFixed(2)
}
