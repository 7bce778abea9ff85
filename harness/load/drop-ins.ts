/** A family that is a drop-in for another one runs that one's recipes, with its own names of modules. */
import type { Client, RecipeEntry } from '../core/matrix.js'
import { familyOfKey, keyMatches, mostSpecific, parseRecipeKey } from '../core/recipe-key.js'
import { didYouMean } from '../core/suggest.js'
import type { LoadedFamilies, LoadedFamily } from './families.js'
import type { LoadedProbe } from './probes.js'
import type { Problem } from './problem.js'
import { valuePlace } from './yaml-file.js'

export interface DropIn {
  /** The family that takes them. */
  readonly family: string
  /** Its clients. */
  readonly clients: readonly Client[]
  /** Whose recipes: a family's, each release by its own version, or those that one client runs. */
  readonly source: { readonly family: string } | { readonly client: Client }
  readonly rename: (text: string) => string
}

export function findDropIns(
  loaded: LoadedFamilies,
  clients: readonly Client[],
  problems: Problem[],
): readonly DropIn[] {
  return loaded.families.flatMap((one) => {
    const source = one.takes && sourceOf(one, { loaded, clients }, problems)
    if (!source) return []
    const family = one.family.id
    const own = clients.filter((client) => client.family.id === family)
    return [{ family, clients: own, source, rename: renamer(one.takes.replace ?? {}) }]
  })
}

interface Known {
  readonly loaded: LoadedFamilies
  readonly clients: readonly Client[]
}

function sourceOf(
  one: LoadedFamily,
  { loaded: { families, names }, clients }: Known,
  problems: Problem[],
): DropIn['source'] | undefined {
  const of = one.takes?.of ?? ''
  // Families whose files could not be read: nobody else is blamed for them.
  const broken = names.filter((name) => !families.some(({ family }) => family.id === name))
  const client = clients.find(({ id }) => id === of)
  const other = families.find(({ family }) => family.id === (client?.family.id ?? of))
  if (!other && broken.includes(familyOfKey(of))) return undefined
  const fault = other ? chainFault(one, other) : unknownFault(of, [...names, ...clients.map(({ id }) => id)])
  if (fault) problems.push({ place: valuePlace(one.file, ['recipes', 'of']), ...fault })
  if (!other || fault) return undefined
  return client ? { client } : { family: of }
}

type Fault = Pick<Problem, 'message' | 'hint'>

function chainFault(one: LoadedFamily, other: LoadedFamily): Fault | undefined {
  if (one === other) return { message: 'a family cannot take its own recipes' }
  if (other.family.withoutRecipes) return { message: `${other.family.id} has no recipes` }
  if (!other.takes) return undefined
  return { message: `${other.family.id} takes its recipes itself`, hint: `of: ${other.takes.of}` }
}

function unknownFault(of: string, known: readonly string[]): Fault {
  const hint = didYouMean(of, known)
  return { message: `there is no family or client "${of}"`, ...(hint !== undefined && { hint }) }
}

/** All names at once, so that none is replaced in what another one became. */
function renamer(replace: Readonly<Record<string, string>>): (text: string) => string {
  const names = Object.keys(replace).toSorted((a, b) => b.length - a.length)
  if (names.length === 0) return (text) => text
  const words = new RegExp(`(?<![\\w.])(?:${names.join('|').replaceAll('.', '\\.')})(?!\\w)`, 'g')
  return (text) => text.replace(words, (name) => replace[name] ?? name)
}

/** The probe with what the drop-ins take; one with an entry of its own takes nothing from it. */
export function takeRecipes({ probe, snippets }: LoadedProbe, dropIns: readonly DropIn[]): LoadedProbe {
  const taken = dropIns
    .filter(({ family }) => !probe.entries.some(({ key }) => familyOfKey(key) === family))
    .flatMap((dropIn) => entriesFor(dropIn, probe.entries).map((entry) => ({ ...entry, dropIn })))
  const entries = taken.map(({ from, key, dropIn }) => renamed(from, key, dropIn))
  const renamedSnippets = taken.flatMap(({ from, key, dropIn: { rename } }) =>
    snippets
      .filter((snippet) => snippet.key === from.key)
      .map((snippet) => ({ ...snippet, key, text: rename(snippet.text) })),
  )
  return {
    probe: { ...probe, entries: [...probe.entries, ...entries] },
    snippets: [...snippets, ...renamedSnippets],
  }
}

interface Taken {
  readonly from: RecipeEntry
  /** Under which it stands for the drop-in. */
  readonly key: string
}

function entriesFor({ family, clients, source }: DropIn, entries: readonly RecipeEntry[]): Taken[] {
  if ('client' in source)
    return mostSpecific(entries, source.client)
      .slice(0, 1)
      .map((from) => ({ from, key: family }))
  return entries
    .filter(({ key }) => familyOfKey(key) === source.family)
    .map((from) => ({ from, key: family + from.key.slice(source.family.length) }))
    .filter(({ key }) => {
      const parsed = parseRecipeKey(key)
      return parsed && clients.some((client) => keyMatches(parsed, client))
    })
}

function renamed(from: RecipeEntry, key: string, { rename }: DropIn): RecipeEntry {
  return {
    key,
    place: from.place,
    absent: from.absent.map(rename),
    recipes: from.recipes.map((recipe) => ({
      ...recipe,
      code: rename(recipe.code),
      ...(recipe.note !== undefined && { note: rename(recipe.note) }),
    })),
  }
}
