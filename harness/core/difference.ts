/** What differs between two sets of cells: two runs, two clients of one run or two of its servers. */
import type { Cell } from './result.js'
import type { Verdict } from './verdict.js'

/** `moved`: no scale says which is better, as with a server that has got the feature; `appeared` and `gone`: one side has no such cell. */
export const CHANGES = ['worse', 'better', 'moved', 'gone', 'appeared'] as const
export type Change = (typeof CHANGES)[number]

export const CHANGE_TITLES: Readonly<Record<Change, string>> = {
  worse: 'Worse',
  better: 'Better',
  moved: 'Other',
  gone: 'Gone',
  appeared: 'New',
}

/** One side of a difference. */
export interface Side {
  readonly verdict: Verdict
  readonly reason: string
}

export interface Difference {
  readonly change: Change
  readonly probe: string
  /** Null where the two sides are clients. */
  readonly client: string | null
  /** Null where the two sides are servers. */
  readonly server: string | null
  /** Null where there is no cell on that side. */
  readonly before: Side | null
  readonly after: Side | null
}

/** What two sides are compared by; the evidence is left to each. */
export type Compared = Pick<Cell, 'server' | 'client' | 'probe' | 'verdict' | 'reason'>

/** What makes a cell of one side the counterpart of one on the other: always the probe, and what is not compared. */
export interface Axis {
  readonly client: boolean
  readonly server: boolean
}

/** In the order of the cells of `before`, then of those that only `after` has. */
export function differences(
  before: readonly Compared[],
  after: readonly Compared[],
  axis: Axis,
): Difference[] {
  const keyOf = ({ probe, client, server }: Compared) =>
    [axis.server ? server : '', axis.client ? client : '', probe].join('/')
  const counterparts = new Map(after.map((cell) => [keyOf(cell), cell]))
  const known = new Set(before.map(keyOf))
  return [
    ...before.flatMap((cell) => difference(axis, cell, counterparts.get(keyOf(cell)) ?? null)),
    ...after.filter((cell) => !known.has(keyOf(cell))).flatMap((cell) => difference(axis, null, cell)),
  ]
}

function difference(axis: Axis, before: Compared | null, after: Compared | null): Difference[] {
  const cell = before ?? after
  if (!cell || before?.verdict === after?.verdict) return []
  return [
    {
      change: changeOf(before?.verdict, after?.verdict),
      probe: cell.probe,
      client: axis.client ? cell.client : null,
      server: axis.server ? cell.server : null,
      before: before && { verdict: before.verdict, reason: before.reason },
      after: after && { verdict: after.verdict, reason: after.reason },
    },
  ]
}

/** Of a run against the record: `native → broken`. */
export function describeStep({ before, after }: Difference): string {
  return `${before?.verdict ?? 'not in the record'} → ${after?.verdict ?? 'not in the run'}`
}

/** How much of a feature a program can use; what is wrong without an error is worse than what is missing. Others are on no scale. */
const WORTH: Readonly<Partial<Record<Verdict, number>>> = {
  ...{ native: 4, partial: 3, raw: 2, unsupported: 1, refused: 1, broken: 0 },
}

/** What it means for a program that has the one and gets the other. */
export function changeOf(before: Verdict | undefined, after: Verdict | undefined): Change {
  if (before === undefined) return 'appeared'
  if (after === undefined) return 'gone'
  const [from, to] = [WORTH[before], WORTH[after]]
  if (from === undefined || to === undefined || from === to) return 'moved'
  return from < to ? 'better' : 'worse'
}

/** Longest reason shown, in characters; the evidence has it whole. */
const REASON_LIMIT = 200

/** Of a verdict that something did hold for, what did not. In one line. */
export function amiss(reason: string): string {
  const line = reason.replace(/^value and type as expected(; before it, )?/, '').replace(/\s+/g, ' ')
  return line.length > REASON_LIMIT ? `${line.slice(0, REASON_LIMIT - 1)}…` : line
}
