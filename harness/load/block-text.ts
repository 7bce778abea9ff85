/** Code and SQL in YAML: where each of its characters stands in the file. */
import { isScalar, Scalar } from 'yaml'
import type { Place } from '../core/matrix.js'
import type { Problem } from './problem.js'
import { nodeAt, placeAt, valuePlace, type Path, type YamlFile } from './yaml-file.js'

export interface BlockText {
  readonly text: string
  /** Of the first character of `text`. */
  readonly place: Place
}

/**
 * The text at a path, without the line ends after it. Code of several lines must be a block scalar with `|`: in all other forms YAML joins
 * lines, and neither the lines of a traceback nor multi-line strings would be what the file shows.
 */
export function codeAt(file: YamlFile, path: Path, problems: Problem[]): BlockText | undefined {
  const node = nodeAt(file, path)
  if (!isScalar(node) || typeof node.value !== 'string') return undefined
  const text = node.value.trimEnd()
  const place = textPlace(file, node)
  if (text === '') {
    problems.push({ place, message: 'there is no code', hint: 'leave the key out' })
    return undefined
  }
  if (node.type !== Scalar.BLOCK_LITERAL && !onOneLine(file, node)) {
    problems.push({ place, message: 'code of several lines must be a block that begins with |' })
    return undefined
  }
  return { text, place }
}

/** Where a character of the text at a path stands: exact for block scalars and for plain text of one line. */
export function textOffsetPlace(file: YamlFile, path: Path, offset: number): Place {
  const node = nodeAt(file, path)
  if (!isScalar(node) || typeof node.value !== 'string') return valuePlace(file, path)
  const place = textPlace(file, node)
  const before = node.value.slice(0, offset).split('\n')
  const exact = node.type === Scalar.BLOCK_LITERAL || onOneLine(file, node)
  return exact ? movePlace(place, before.length, (before.at(-1)?.length ?? 0) + 1) : place
}

/** The place of a line and column (1-based) of a text that begins at `place`, in a block with one indentation. */
export function movePlace(place: Place, line: number, column: number): Place {
  return { file: place.file, line: place.line + line - 1, column: place.column + column - 1 }
}

function textPlace(file: YamlFile, node: Scalar): Place {
  const start = node.range?.[0] ?? 0
  if (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED) return blockPlace(file, start)
  const place = placeAt(file, start)
  return node.type === Scalar.PLAIN ? place : { ...place, column: place.column + 1 }
}

/** A block's text begins on the line after its indicator, at the indentation of its first line that is not empty. */
function blockPlace(file: YamlFile, indicator: number): Place {
  const bodyStart = file.text.indexOf('\n', indicator) + 1
  const indentation = /^(?:[ \t]*\r?\n)*( *)/.exec(file.text.slice(bodyStart))?.[1]?.length ?? 0
  const { line } = placeAt(file, bodyStart)
  return { file: file.path, line, column: indentation + 1 }
}

function onOneLine(file: YamlFile, node: Scalar): boolean {
  return !file.text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0).includes('\n')
}
