/** What decides a cell, as digests of its parts: a cell whose parts are as they were would be seen again as it was. */
import { z } from 'zod'
import type { CellId } from './ids.js'

/**
 * `tool` the code that runs and judges · `server` what it is made from and its profile · `client` packages, Python and how it
 * connects · `probe` what is asked and what must come out · `recipes` those for this client
 */
export const PARTS = ['tool', 'server', 'client', 'probe', 'recipes'] as const
export type Part = (typeof PARTS)[number]

/** A digest for each of PARTS, in their order, joined by dots. */
const DECIDED = /^[0-9a-f]{16}(\.[0-9a-f]{16}){4}$/
export const decidedSchema = z.string().regex(DECIDED, 'not what decides a cell')
export type Decided = z.infer<typeof decidedSchema>

/** Of a cell of the plan; undefined where it cannot be said beforehand: such a cell always runs. */
export type DecidedOf = (cell: CellId) => Decided | undefined

/** In the order of PARTS, written out since it is asked of every cell. */
export function decidedBy({ tool, server, client, probe, recipes }: Readonly<Record<Part, string>>): Decided {
  return `${tool}.${server}.${client}.${probe}.${recipes}`
}

/** Where the two differ. */
export function changedParts(before: Decided, now: Decided): Part[] {
  const [old, fresh] = [before.split('.'), now.split('.')]
  return PARTS.filter((_, index) => old[index] !== fresh[index])
}
