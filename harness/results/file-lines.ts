/** Lines of results files that need not fit into memory. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { CellId } from '../core/ids.js'
import type { Verdict } from '../core/verdict.js'

export interface FileLine {
  /** Without its end. Only good until the next line is asked for: the room is used again. */
  readonly line: Buffer
  /** From 1. */
  readonly number: number
  /** Place of its first byte in the file. */
  readonly start: number
  /** Not so of the last one of a run that was killed. */
  readonly hasEnd: boolean
}

/** A cell's line in one of the files. */
export interface CellLine extends CellId {
  /** As cellId() has it. */
  readonly id: string
  readonly verdict: Verdict
  /** Of the file. */
  readonly path: string
  readonly start: number
  readonly length: number
}

const LINE_END = 10
/** Bytes that are read at once; more where a line is longer. */
const ROOM = 1 << 18

/** @throws as openSync and readSync do */
export function* fileLines(path: string): Generator<FileLine> {
  const descriptor = openSync(path, 'r')
  try {
    yield* linesOf(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function* linesOf(descriptor: number): Generator<FileLine> {
  let room = Buffer.allocUnsafe(ROOM)
  let [filled, number, offset] = [0, 1, 0]
  for (;;) {
    const read = readSync(descriptor, room, filled, room.length - filled, null)
    filled += read
    const known = room.subarray(0, filled)
    let from = 0
    for (let end = known.indexOf(LINE_END); end >= 0; end = known.indexOf(LINE_END, from)) {
      yield { line: known.subarray(from, end), number: number++, start: offset + from, hasEnd: true }
      from = end + 1
    }
    if (read === 0) {
      if (from < filled) yield { line: known.subarray(from), number, start: offset + from, hasEnd: false }
      return
    }
    const rest = known.subarray(from)
    if (rest.length === room.length) room = Buffer.allocUnsafe(2 * room.length)
    rest.copy(room)
    offset += from
    filled = rest.length
  }
}

/** Reads lines again when they are wanted. */
export class CellLines implements Disposable {
  readonly #open = new Map<string, number>()

  /** From then on the file may be removed. */
  open(path: string): number {
    const descriptor = this.#open.get(path) ?? openSync(path, 'r')
    this.#open.set(path, descriptor)
    return descriptor
  }

  /** Without its line end. */
  read({ path, start, length }: CellLine): Buffer {
    const bytes = Buffer.alloc(length)
    readSync(this.open(path), bytes, 0, length, start)
    return bytes
  }

  *readAll(cells: Iterable<CellLine>): Generator<Buffer> {
    for (const cell of cells) yield this.read(cell)
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor)
  }
}
