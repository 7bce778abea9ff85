/** A YAML file with the place of every key and value. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml'
import type { YAMLError } from 'yaml'
import type { Place } from '../core/matrix.js'
import { readText, shownPath, type Folder } from './folder.js'
import type { Problem } from './problem.js'

export type Path = readonly (string | number)[]

/** A path as schemas give it. */
export function plainPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'number' ? part : String(part)))
}

export interface YamlFile {
  /** As places show it. */
  readonly path: string
  readonly text: string
  readonly document: Document.Parsed
  readonly lines: LineCounter
  readonly data: unknown
}

/** Enough for people, too little for a "billion laughs". */
const MAX_ALIASES = 100

/** Undefined, with problems, where the file is not well-formed YAML. */
export async function readYaml(
  folder: Folder,
  path: string,
  problems: Problem[],
): Promise<YamlFile | undefined> {
  const text = await readText(folder, path, problems)
  return text === undefined ? undefined : parseYaml(shownPath(folder, path), text, problems)
}

/** A text that was checked when it was read. @throws Error where it is not well-formed */
export function parseText(text: string): YamlFile {
  const problems: Problem[] = []
  const file = parseYaml('text', text, problems)
  if (file) return file
  throw new Error(problems.map(({ message }) => message).join('; '))
}

/** @param path as places show it */
function parseYaml(path: string, text: string, problems: Problem[]): YamlFile | undefined {
  const lines = new LineCounter()
  const refuse = (message: string): undefined => {
    problems.push({ place: { file: path, line: 1, column: 1 }, message })
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    const faults = [...document.errors, ...document.warnings]
    // Thousands of other faults follow from this one.
    if (faults.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return refuse('nested too deeply')
    problems.push(...faults.map((fault) => yamlProblem(fault, path, text, lines)))
    if (faults.length > 0) return undefined
    return { path, text, document, lines, data: document.toJS({ maxAliasCount: MAX_ALIASES }) }
  } catch (error) {
    if (error instanceof RangeError) return refuse('nested too deeply')
    if (error instanceof ReferenceError)
      return refuse(`aliases (*name) grow without end: ${MAX_ALIASES} at most`)
    throw error
  }
}

function yamlProblem(fault: YAMLError, path: string, text: string, lines: LineCounter): Problem {
  const place = offsetPlace(path, lines, fault.pos[0])
  if (fault.code !== 'DUPLICATE_KEY') return { place, message: `YAML: ${fault.message}` }
  const key = /^(?:[\w"'+<>=.,/-]|:(?=\S))+/.exec(text.slice(fault.pos[0]))?.[0] ?? ''
  return { place, message: `duplicate key "${key}"`, hint: 'join the two or remove one' }
}

function offsetPlace(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Place of a character of the file's text. */
export function placeAt(file: YamlFile, offset: number): Place {
  return offsetPlace(file.path, file.lines, offset)
}

/** The node at a path, aliases resolved; undefined where there is none. */
export function nodeAt(file: YamlFile, path: Path): Node | undefined {
  let node: unknown = file.document.contents
  for (const part of path) {
    node = childOf(resolveAlias(file, node), part)
    if (node === undefined) return undefined
  }
  return resolveAlias(file, node)
}

function resolveAlias(file: YamlFile, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(file.document)
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined
}

function childOf(node: Node | undefined, part: string | number): unknown {
  if (isSeq(node)) return node.items[Number(part)]
  return pairOf(node, part)?.value ?? undefined
}

function pairOf(node: Node | undefined, key: string | number): Pair | undefined {
  if (!isMap(node)) return undefined
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

/** Place of the value at a path, or of the nearest thing around it. */
export function valuePlace(file: YamlFile, path: Path): Place {
  const offset = nodeAt(file, path)?.range?.[0]
  if (offset !== undefined) return placeAt(file, offset)
  return path.length === 0 ? placeAt(file, 0) : keyPlace(file, path)
}

/** Place of the key at the end of a path (for a list, of the item). */
export function keyPlace(file: YamlFile, path: Path): Place {
  const range = keyRange(file, path)
  return range ? placeAt(file, range[0]) : valuePlace(file, path.slice(0, -1))
}

/** First and last offset of the key at the end of a path. */
export function keyRange(file: YamlFile, path: Path): readonly [number, number] | undefined {
  const parent = nodeAt(file, path.slice(0, -1))
  const last = path.at(-1)
  if (last === undefined) return undefined
  if (isSeq(parent)) return nodeRange(file, path)
  const key = pairOf(parent, last)?.key
  return isScalar(key) && key.range ? [key.range[0], key.range[1]] : undefined
}

/** First and last offset of the value at a path. */
export function nodeRange(file: YamlFile, path: Path): readonly [number, number] | undefined {
  const range = nodeAt(file, path)?.range
  return range ? [range[0], range[1]] : undefined
}
