/** What decides a cell, as digests of its parts: a cell whose parts are as they were would be seen again as it was. */
import { z } from 'zod'

/**
 * `tool` the code that runs and judges · `server` what it is made from and its profile · `client` packages, Python and how it
 * connects · `probe` what is asked and what must come out · `recipes` those for this client
 */
export const PARTS = ['tool', 'server', 'client', 'probe', 'recipes'] as const
export type Part = (typeof PARTS)[number]

/** A digest for each of PARTS, in their order, joined by dots. */
export const decidedSchema = z.string().regex(/^[0-9a-f]{16}(\.[0-9a-f]{16}){4}$/, 'not what decides a cell')
export type Decided = z.infer<typeof decidedSchema>

export function decidedBy(digests: Readonly<Record<Part, string>>): Decided {
  return PARTS.map((part) => digests[part]).join('.')
}

/** Where the two differ. */
export function changedParts(before: Decided, now: Decided): Part[] {
  const [old, fresh] = [before.split('.'), now.split('.')]
  return PARTS.filter((_, index) => old[index] !== fresh[index])
}
