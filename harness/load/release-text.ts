/** Writes a new release into the text of `clients/<family>.yaml`: the entry of the newest one, copied in form. */
import { isMap, isScalar, isSeq, Lexer, type Node } from 'yaml'
import { replaceParts, scalarText, sourceOf, type Part } from './text-parts.js'
import { nodeAt, parseText, type Path } from './yaml-file.js'

export interface NewEntry {
  /** The release whose entry it is like. */
  readonly like: string
  readonly version: string
  readonly python: string
  readonly drivers: readonly string[]
}

/**
 * The new entry stands where the newest ones do: above the one that it is like, or below it in a file whose oldest is the first.
 * Comments, order and spelling of everything else stay; comments of the old entry are not said of the new one.
 * @throws Error where the text has no such entry, which no matrix that was loaded has
 */
export function withRelease(text: string, { like, version, python, drivers }: NewEntry): string {
  const file = parseText(text)
  const index = indexOf(nodeAt(file, ['releases']), like)
  const path: Path = ['releases', index]
  const [itemStart, itemEnd] = rangeOf(nodeAt(file, path))
  const start = text.lastIndexOf('\n', itemStart) + 1
  const end = lineEnd(text, itemEnd)
  const parts: Part[] = [
    partAt(nodeAt(file, [...path, 'version']), (source) => scalarText(version, source)),
    partAt(nodeAt(file, [...path, 'python']), (source) => scalarText(python, source)),
    ...driverParts(nodeAt(file, [...path, 'drivers']), drivers),
  ]
  const moved = parts.map((part) => ({ ...part, start: part.start - start, end: part.end - start }))
  const entry = withoutComments(replaceParts(text.slice(start, end), moved))
  const last = index > 0
  const at = last ? end : start
  const before = last && text[at - 1] !== '\n' ? '\n' : ''
  return text.slice(0, at) + before + entry + text.slice(at)
}

/** What the entry of a release, or else the family, installs, for another version. */
export function installOf(text: string, like: string, version: string): string[] {
  const file = parseText(text)
  const index = indexOf(nodeAt(file, ['releases']), like)
  const own = nodeAt(file, ['releases', index, 'install']) ?? nodeAt(file, ['install'])
  const requirements = isSeq(own) ? own.items.filter(isScalar) : []
  return requirements.map(({ value }) => String(value).replaceAll('{version}', version))
}

function indexOf(releases: Node | undefined, version: string): number {
  const index = isSeq(releases)
    ? releases.items.findIndex((item) => isMap(item) && String(item.get('version')) === version)
    : -1
  if (index < 0) throw new Error(`no entry of release ${version} in this text`)
  return index
}

function driverParts(node: Node | undefined, drivers: readonly string[]): Part[] {
  if (!isSeq(node)) return []
  return node.items.flatMap((item, index) => {
    const driver = drivers[index]
    return isScalar(item) && driver !== undefined
      ? [partAt(item, (source) => scalarText(driver, source))]
      : []
  })
}

function partAt(node: Node | undefined, change: (source: string) => string): Part {
  const [start, end] = rangeOf(node)
  return { start, end, change }
}

function rangeOf(node: Node | undefined): readonly [number, number] {
  if (!node?.range) throw new Error('an entry without its place in the text')
  return sourceOf(node.range)
}

function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}

/** Control characters by which the lexer says what follows. */
const MARKS = new Set(['\u{2}', '\u{18}', '\u{1f}'])

function withoutComments(entry: string): string {
  const tokens = [...new Lexer().lex(entry)].filter((token) => !MARKS.has(token) && !token.startsWith('#'))
  const lines = tokens.join('').split('\n')
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('')
}
