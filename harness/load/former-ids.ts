/** Ids that something had before: an address leads to one thing. */
import type { Place } from '../core/matrix.js'
import type { Problem } from './problem.js'

interface Named {
  readonly id: string
  readonly formerly?: readonly string[] | undefined
}

export function formerIdProblems<T extends Named>(all: readonly T[], placeOf: (one: T) => Place): Problem[] {
  const owners = new Map(all.map((one) => [one.id, one]))
  return all.flatMap((one) =>
    (one.formerly ?? []).flatMap((id) => {
      const other = owners.get(id)
      owners.set(id, other ?? one)
      if (!other) return []
      const hint = `in ${placeOf(other).file}; take it out of one of the two`
      return [{ place: placeOf(one), message: `the former id "${id}" is that of "${other.id}"`, hint }]
    }),
  )
}
