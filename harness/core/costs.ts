/** What cells of each client cost, as recorded in the matrix: shards are balanced by it, so it must be the same on all machines. */
import { z } from 'zod'
import type { Cell } from './result.js'

export const costsSchema = z
  .strictObject({
    milliseconds: z.record(z.string(), z.number().positive()).describe('Of a cell, on average, by client id'),
  })
  .describe('What cells of each client cost, written by `pgmatrix accept`; shards are balanced by it')

/** A cost that has changed by less keeps its number, so that a record does not change with every run. */
const NOISE = 0.3

/** @param clients ids in the order in which they are written; those without a cell keep what they had */
export function costsOf(
  cells: readonly Pick<Cell, 'client' | 'ms'>[],
  before: Readonly<Record<string, number>>,
  clients: readonly string[],
): Record<string, number> {
  const sums = new Map<string, { ms: number; cells: number }>()
  for (const { client, ms } of cells) {
    const sum = sums.get(client) ?? { ms: 0, cells: 0 }
    sums.set(client, { ms: sum.ms + ms, cells: sum.cells + 1 })
  }
  return Object.fromEntries(
    clients.flatMap((client) => {
      const sum = sums.get(client)
      const cost = steady(sum && sum.ms / sum.cells, before[client])
      return cost === undefined ? [] : [[client, cost]]
    }),
  )
}

function steady(now: number | undefined, old: number | undefined): number | undefined {
  if (now === undefined || (old !== undefined && Math.abs(now - old) < NOISE * old)) return old
  return Math.max(1, twoDigits(now))
}

function twoDigits(value: number): number {
  return Number(value.toPrecision(2))
}
