/**
 * The keys under `recipes`: `psycopg2`, `sqlalchemy+asyncpg`, `django>=6.1`, `sqlalchemy+psycopg<2.1`, `psycopg>=3.1,<3.2`.
 * The versions are those of the family, never of the driver.
 */
import type { Client, Probe, RecipeEntry } from './matrix.js'
import { inRange, parseRange, type PythonRange } from './python-range.js'

export interface RecipeKey {
  readonly family: string
  readonly driver?: string
  /** Versions are written and compared like those of Python. */
  readonly versions?: PythonRange
}

type Named = Pick<Client, 'family' | 'version' | 'driver'>

/** The same few dozen keys stand in hundreds of probes and are asked for each client. */
const parsed = new Map<string, RecipeKey | undefined>()

/** Undefined where the text is not a key. */
export function parseRecipeKey(text: string): RecipeKey | undefined {
  if (!parsed.has(text)) parsed.set(text, readKey(text))
  return parsed.get(text)
}

function readKey(text: string): RecipeKey | undefined {
  const match = /^([a-z][a-z0-9_]*)(?:\+([a-z][a-z0-9_]*))?([<>=!~].*)?$/.exec(text)
  if (!match?.[1]) return undefined
  const [, family, driver, spec] = match
  const versions = spec === undefined ? undefined : parseRange(spec)
  if (spec !== undefined && versions === undefined) return undefined
  return { family, ...(driver && { driver }), ...(versions && { versions }) }
}

/** The family that a key begins with, also where the rest is not a key. */
export function familyOfKey(text: string): string {
  return /^[a-z][a-z0-9_]*/.exec(text)?.[0] ?? text
}

export function keyMatches(key: RecipeKey, client: Named): boolean {
  if (key.family !== client.family.id) return false
  if (key.driver !== undefined && key.driver !== client.driver?.family) return false
  return inRange(releaseOf(client.version), key.versions ?? [])
}

/** Driver and version 3, driver 2, version 1, bare family 0: the greatest wins. */
function specificity(key: RecipeKey): number {
  return (key.driver === undefined ? 0 : 2) + (key.versions === undefined ? 0 : 1)
}

/** The entry of a probe that a client runs: the most specific key that matches it; for a stack, what is asked of all of them. */
export function entryFor(
  { entries, conversation, id }: Pick<Probe, 'id' | 'entries' | 'conversation'>,
  client: Client,
): RecipeEntry | undefined {
  if (!client.stack) return mostSpecific(entries, client)[0]
  const feature = client.stack.features.get(id)
  if (!feature || !conversation) return undefined
  const { level, note, absent, place } = feature
  const recipes = level === undefined ? [] : [{ level, ...conversation, ...(note !== undefined && { note }) }]
  return { key: client.stack.application, recipes, absent, place }
}

/** All entries of the greatest specificity: more than one is ambiguous. */
export function mostSpecific<Entry extends { readonly key: string }>(
  entries: readonly Entry[],
  client: Named,
): Entry[] {
  const matching = entries.flatMap((entry) => {
    const key = parseRecipeKey(entry.key)
    return key && keyMatches(key, client) ? [{ entry, rank: specificity(key) }] : []
  })
  const greatest = Math.max(...matching.map(({ rank }) => rank))
  return matching.filter(({ rank }) => rank === greatest).map(({ entry }) => entry)
}

/** `2.1.0b3` is 2.1.0: a pre-release counts as its release. */
function releaseOf(version: string): string {
  return /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version
}
