/** Data with mistakes, cut down to what can still be read, so that one mistake does not hide others. */
import type { z } from 'zod'
import { suggest } from '../core/suggest.js'
import { knownKeys } from './known-keys.js'
import { plainPath, keyRange, type YamlFile } from './yaml-file.js'

type Issue = z.core.$ZodIssue

export interface Renaming {
  readonly parent: readonly PropertyKey[]
  readonly from: string
  readonly to: string
}

/** Unknown keys that stand for a known one which is not there. */
export function renamings(schema: z.ZodType, file: YamlFile, issue: Issue): Renaming[] {
  if (issue.code !== 'unrecognized_keys') return []
  const known = knownKeys(schema, issue.path)
  const parent = issue.path
  return issue.keys.flatMap((from) => {
    const to = suggest(from, known)
    return to === undefined || keyRange(file, plainPath([...parent, to])) ? [] : [{ parent, from, to }]
  })
}

/** Nobody needs to hear that `since` is missing where `sinse` is there. */
export function isRenamed(issue: Issue, renamed: readonly Renaming[]): boolean {
  if (issue.code === 'unrecognized_keys') return false
  return renamed.some(({ parent, to }) => [...parent, to].join('/') === issue.path.join('/'))
}

/**
 * What stands in for a required value that is missing or wrong; its problem has been told already.
 * Keys are paths, with * for the items of a list: `releases.*.python`.
 */
export type StandIns = Readonly<Record<string, unknown>>

/** A mistake deep down takes one round for each level that has to go. */
const MAX_ROUNDS = 10

/**
 * What the schema accepts once keys are renamed and wrong values are left out; undefined where nothing useful remains.
 * Items of lists are never left out, since places are found by their index: the whole list is.
 */
export function mend<T>(
  schema: z.ZodType<T>,
  data: unknown,
  narrow: (issue: Issue) => Issue[],
  { renamed, standIns }: { readonly renamed: readonly Renaming[]; readonly standIns: StandIns },
): T | undefined {
  const copy: unknown = structuredClone(data)
  if (!isContainer(copy)) return undefined
  for (const { parent, from, to } of renamed) rename(valueAt(copy, parent), from, to)
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = schema.safeParse(copy, { reportInput: true })
    if (parsed.success) return parsed.data
    const changed = parsed.error.issues.flatMap(narrow).filter((issue) => repair(copy, issue, standIns))
    if (changed.length === 0) return undefined
  }
  return undefined
}

function rename(mapping: unknown, from: string, to: string): void {
  if (!isContainer(mapping)) return
  mapping[to] = mapping[from]
  delete mapping[from]
}

/** False where nothing can be done. */
function repair(root: Record<string, unknown>, issue: Issue, standIns: StandIns): boolean {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => remove(root, [...issue.path, key])).includes(true)
  const pattern = issue.path.map((part) => (typeof part === 'number' ? '*' : String(part))).join('.')
  if (Object.hasOwn(standIns, pattern) && valueAt(root, issue.path) !== standIns[pattern]) {
    return assign(root, issue.path, standIns[pattern])
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && isPlain(issue.input)) {
    return assign(root, issue.path, String(issue.input))
  }
  return remove(root, issue.path)
}

/** The value at a path, or where that is missing or an item of a list, the nearest value around it. */
function remove(root: Record<string, unknown>, path: readonly PropertyKey[]): boolean {
  const parent = valueAt(root, path.slice(0, -1))
  const last = path.at(-1)
  if (last === undefined) return false
  if (Array.isArray(parent) || !isContainer(parent) || !Object.hasOwn(parent, last))
    return remove(root, path.slice(0, -1))
  return delete parent[String(last)]
}

function assign(root: Record<string, unknown>, path: readonly PropertyKey[], value: unknown): boolean {
  const parent = valueAt(root, path.slice(0, -1))
  if (!isContainer(parent)) return false
  parent[String(path.at(-1))] = value
  return true
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, part) => (isContainer(node) ? node[String(part)] : undefined), data)
}

export function isPlain(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
