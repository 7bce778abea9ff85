/** Appends results line by line: what is finished is on disk, whatever happens next. */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Emit } from '../core/events.js'
import type { Header, ResultLine } from '../core/result.js'
import { EnvironmentError } from '../core/runtime.js'
import { lineText } from './line.js'

const LINE_END = Buffer.from('\n')
/** Lines of some kilobytes each and their ends, in one write. */
const AT_ONCE = 2000

/** `2026-11-23T09-21-00-123Z.jsonl`, of when a run began: sorts by time, and is a file name on every system. */
export function resultsName(startedAt: string): string {
  return `${startedAt.replaceAll(/[:.]/g, '-')}.jsonl`
}

export class ResultsFile implements Disposable {
  readonly #descriptor: number

  constructor(readonly path: string) {
    this.#descriptor = guarded(path, () => {
      mkdirSync(dirname(path), { recursive: true })
      return openSync(path, 'wx')
    })
  }

  /** The lines that belong into the file; other events are ignored. */
  readonly record: Emit = (event) => {
    if (event.type === 'started') this.#begin(event.header)
    if (event.type === 'client') this.#append({ kind: 'client', ...event.client })
    if (event.type === 'server') this.#append({ kind: 'server', ...event.server })
    if (event.type === 'cell') this.#append(event.cell)
    if (event.type === 'finished') this.#append(event.footer)
  }

  /** Takes over lines of other files as they are, each without its line end. */
  keep(lines: Iterable<Buffer>): void {
    let some: Buffer[] = []
    for (const line of lines) {
      some.push(line, LINE_END)
      if (some.length < AT_ONCE) continue
      this.#write(Buffer.concat(some))
      some = []
    }
    this.#write(Buffer.concat(some))
  }

  /** A file without its header says nothing, so it does not stay. */
  #begin(header: Header): void {
    try {
      this.#append(header)
    } catch (error) {
      rmSync(this.path, { force: true })
      throw error
    }
  }

  #append(line: ResultLine): void {
    this.#write(Buffer.from(lineText(line)))
  }

  #write(bytes: Buffer): void {
    guarded(this.path, () => writeWhole(this.#descriptor, bytes))
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }
}

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written)
  }
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EnvironmentError(
      `cannot write the results to ${file}: ${reason}. Free space or choose another place with --results.`,
    )
  }
}
