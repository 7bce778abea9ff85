/** Do the recipe keys of a probe fit the clients of the matrix? */
import type { Client, RecipeEntry } from '../core/matrix.js'
import { keyMatches, mostSpecific, parseRecipeKey } from '../core/recipe-key.js'
import { didYouMean } from '../core/suggest.js'
import type { Problem } from './problem.js'

/** @param families names of all families, also of those whose files are broken */
export function keyProblems(
  entries: readonly RecipeEntry[],
  clients: readonly Client[],
  families: readonly string[],
): Problem[] {
  const unknown = entries.flatMap((entry) => unknownKey(entry, clients, families))
  return [...unknown, ...ambiguities(entries, clients)]
}

function unknownKey(
  { key, place }: RecipeEntry,
  clients: readonly Client[],
  families: readonly string[],
): Problem[] {
  const parsed = parseRecipeKey(key)
  if (!parsed) {
    const hint = 'family, family+driver, or either with versions: django>=5.2,<6'
    return [{ place, message: `"${key}" is not a recipe key`, hint }]
  }
  for (const [kind, name] of [
    ['family', parsed.family],
    ['driver', parsed.driver],
  ] as const) {
    if (name === undefined || families.includes(name)) continue
    const hint = didYouMean(name, families)
    return [
      { place, message: `recipe for the unknown ${kind} "${name}"`, ...(hint !== undefined && { hint }) },
    ]
  }
  const known = clients.filter(({ family }) => family.id === parsed.family)
  if (known.length === 0 || known.some((client) => keyMatches(parsed, client))) return []
  return [
    {
      place,
      message: `"${key}" matches no client`,
      hint: `there are ${known.map(({ id }) => id).join(', ')}`,
    },
  ]
}

function ambiguities(entries: readonly RecipeEntry[], clients: readonly Client[]): Problem[] {
  return clients.flatMap((client) => {
    const [first, second] = mostSpecific(entries, client)
    if (!first || !second) return []
    const message = `"${second.key}" and "${first.key}" both match ${client.id} and are equally specific`
    return [{ place: second.place, message, hint: 'narrow one of the two' }]
  })
}
