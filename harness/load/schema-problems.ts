/** Issues of a schema in words, each with its place and what next. */
import type { z } from 'zod'
import { didYouMean, suggest } from '../core/suggest.js'
import { knownKeys } from './known-keys.js'
import { isPlain } from './mend.js'
import type { Fix, Problem } from './problem.js'
import {
  keyPlace,
  keyRange,
  nodeRange,
  plainPath,
  valuePlace,
  type Path,
  type YamlFile,
} from './yaml-file.js'

type Issue = z.core.$ZodIssue

export function describeIssue(schema: z.ZodType, file: YamlFile, issue: Issue): Problem[] {
  const path = plainPath(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(file, [...path, key], knownKeys(schema, issue.path)))
    case 'invalid_type':
      return [issue.input === undefined ? missingKey(file, path) : wrongType(file, path, issue)]
    case 'invalid_union':
      return [{ place: valuePlace(file, path), message: `${name(path)} must be ${unionKinds(issue)}` }]
    case 'invalid_value':
      return [wrongChoice(file, path, issue)]
    case 'invalid_key':
      return [
        { place: keyPlace(file, path), message: `key "${path.at(-1)}" ${issue.issues[0]?.message ?? ''}` },
      ]
    default:
      return [{ place: valuePlace(file, path), message: `${name(path)} ${issue.message}` }]
  }
}

function unknownKey(file: YamlFile, path: Path, known: readonly string[]): Problem {
  const key = String(path.at(-1))
  const meant = suggest(key, known)
  const isFree = meant !== undefined && !keyRange(file, [...path.slice(0, -1), meant])
  const fix = isFree ? fixAt(file, keyRange(file, path), meant) : undefined
  const hint = didYouMean(key, known)
  return {
    place: keyPlace(file, path),
    message: `unknown key "${key}"`,
    ...(hint !== undefined && { hint }),
    ...(fix && { fix }),
  }
}

function missingKey(file: YamlFile, path: Path): Problem {
  const parent = path.slice(0, -1)
  const where = parent.length === 0 ? '' : ` in ${name(parent)}`
  return {
    place: parent.length === 0 ? valuePlace(file, []) : keyPlace(file, parent),
    message: `missing key "${path.at(-1)}"${where}`,
  }
}

function wrongType(file: YamlFile, path: Path, issue: Extract<Issue, { code: 'invalid_type' }>): Problem {
  const base = {
    place: valuePlace(file, path),
    message: `${name(path)} must be ${kindName(issue.expected)}, not ${kindOf(issue.input)}`,
  }
  const range = nodeRange(file, path)
  if (issue.expected !== 'string' || !range || !isPlain(issue.input)) return base
  if (typeof issue.input === 'boolean' && path.includes('rows'))
    return { ...base, hint: 'PostgreSQL prints booleans as t and f' }
  const quoted = `"${file.text.slice(...range)}"`
  const fix = fixAt(file, range, quoted)
  return { ...base, hint: `write ${quoted}`, ...(fix && typeof issue.input === 'number' && { fix }) }
}

function wrongChoice(file: YamlFile, path: Path, issue: Extract<Issue, { code: 'invalid_value' }>): Problem {
  const place = issue.input === undefined ? keyPlace(file, path) : valuePlace(file, path)
  if (issue.input === undefined) return missingKey(file, path)
  const choices = issue.values.map(String)
  const hint =
    (typeof issue.input === 'string' && didYouMean(issue.input, choices)) || `one of ${choices.join(', ')}`
  return { place, message: `${name(path)} cannot be ${JSON.stringify(issue.input)}`, hint }
}

function unionKinds(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const kinds = issue.errors.flatMap((branch) =>
    branch.flatMap((one) => (one.code === 'invalid_type' ? [kindName(one.expected)] : [])),
  )
  return [...new Set(kinds)].join(' or ')
}

function fixAt(file: YamlFile, range: readonly [number, number] | undefined, text: string): Fix | undefined {
  return range && { file: file.path, start: range[0], end: range[1], text }
}

function name(path: Path): string {
  return path.length === 0 ? 'the file' : `"${path.join('.')}"`
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
}

function kindName(expected: string): string {
  return KINDS[expected] ?? expected
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'boolean') return `the boolean ${value}`
  return KINDS[typeof value] ?? `a ${typeof value}`
}
