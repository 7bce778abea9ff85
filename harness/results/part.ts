/** One part of a run, as a results file has it: what it says of itself, and where each of its cells stands. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Part } from '../core/merge.js'
import { UsageError } from '../core/runtime.js'
import type { Verdict } from '../core/verdict.js'
import { HeaderLines } from './header-lines.js'
import { cellNamed, checkLine, isCell, linesOf } from './line.js'
import { parseLine } from './read.js'

/** A cell's line in one of the files. */
export interface CellLine {
  readonly id: string
  readonly server: string
  readonly client: string
  readonly probe: string
  readonly verdict: Verdict
  readonly path: string
  readonly start: number
  readonly length: number
}

export interface PartFile extends Part {
  readonly cells: readonly CellLine[]
}

/** @throws UsageError with file and line */
export function readPart(file: string): PartFile {
  const lines = new HeaderLines()
  const cells: CellLine[] = []
  let finishedAt: string | null = null
  const bytes = readBytes(file)
  for (const { line, number, start } of linesOf(bytes)) {
    const isLast = start + line.length >= bytes.length
    if (checkLine(line) !== 'good') {
      // Torn by a kill.
      if (isLast) break
      throw new UsageError(
        `${file}:${number}: not what was written; the file is damaged. Run this shard again.`,
      )
    }
    const cell = isCell(line) ? cellNamed(line) : undefined
    if (cell) {
      cells.push({ ...cell, path: file, start, length: line.length })
      continue
    }
    const said = parseLine(file, { line, number })
    if (said.kind === 'footer') finishedAt = said.finishedAt
    else if (said.kind !== 'cell') lines.add(said)
  }
  const header = lines.whole()
  if (!header) throw new UsageError(`${file}: no header; this is not a results file of pgmatrix`)
  const { shard } = header
  if (!shard) throw new UsageError(`${file} is no part of a run: \`pgmatrix run --shard 1/4\` makes parts`)
  return { path: file, header: { ...header, shard }, finishedAt, cells }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${file}: cannot be read: ${reason}`)
  }
}

/** Reads lines again when they are wanted, since those of all parts need not fit into memory. */
export class CellLines implements Disposable {
  readonly #open = new Map<string, number>()

  /** Without its line end. */
  read({ path, start, length }: CellLine): Buffer {
    const descriptor = this.#open.get(path) ?? openSync(path, 'r')
    this.#open.set(path, descriptor)
    const bytes = Buffer.alloc(length)
    readSync(descriptor, bytes, 0, length, start)
    return bytes
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor)
  }
}
