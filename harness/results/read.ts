/** Reads a results file line by line. Whatever does not fit the schema is refused with its line; a cut-off file says so. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { cellId } from '../core/ids.js'
import { lineSchema, type Cell, type ResultLine, type Results } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { CellReader, parseJson } from './cell-reader.js'
import { HeaderLines } from './header-lines.js'
import { checkLine, contentOf, streamedLines } from './line.js'

/** Longest line accepted, in bytes: 20 times the largest seen. */
const LINE_LIMIT = 4_000_000
/** Bytes that are read at once. */
const CHUNK = 1 << 18

/** @throws UsageError with file and line. */
export async function readResults(file: string): Promise<Results> {
  if (!existsSync(file)) throw new UsageError(`${file}: no such results file. \`pgmatrix run\` makes one.`)
  if (statSync(file).isDirectory())
    throw new UsageError(`${file}: this is a folder; name one results file in it.`)
  const collected = new Collected(file)
  let pending: Line | undefined
  let number = 0
  for await (const lines of linesOf(file)) {
    for (const line of lines) {
      if (pending) collected.add(pending)
      number += 1
      pending = { line, number }
    }
  }
  if (pending) collected.addLast(pending)
  return collected.results()
}

/** Also of a file that a site offers, which is compressed. */
async function* linesOf(file: string): AsyncGenerator<Buffer[]> {
  const input = createReadStream(file, { highWaterMark: CHUNK })
  if (!file.endsWith('.gz')) return yield* streamedLines(input)
  try {
    yield* streamedLines(input.pipe(createGunzip({ chunkSize: CHUNK })))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${file}: it cannot be decompressed (${reason}); use another file.`)
  }
}

export interface Line {
  /** Without its end. */
  readonly line: Buffer
  readonly number: number
}

/** Checked by its sum, where it has one. @throws UsageError with file and line. */
export function parseLine(file: string, line: Line): ResultLine {
  return parseContent(contentIn(file, line), `${file}:${line.number}`)
}

function contentIn(file: string, { line, number }: Line): string {
  const where = `${file}:${number}`
  if (line.length > LINE_LIMIT)
    throw new UsageError(`${where}: line of ${line.length} bytes; this is no results file`)
  const check = checkLine(line)
  if (check === 'damaged') throw damaged(where)
  return contentOf(line, check)
}

function parseContent(content: string, where: string): ResultLine {
  const json = parseJson(content)
  if (json === undefined) throw damaged(where)
  const parsed = lineSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new UsageError(`${where}: ${z.prettifyError(parsed.error)}`)
}

function damaged(where: string): UsageError {
  return new UsageError(`${where}: not what was written; the file is damaged. Run again or use another file.`)
}

class Collected {
  readonly #lines = new HeaderLines()
  #complete = false
  readonly #cells = new Map<string, Cell>()
  readonly #reader = new CellReader()

  constructor(private readonly file: string) {}

  /** The last line may be torn by a kill: then the file is incomplete, not wrong. */
  addLast(last: Line): void {
    if (parseJson(last.line.toString()) !== undefined) this.add(last)
  }

  /** @throws UsageError with file and line. */
  add(line: Line): void {
    const content = contentIn(this.file, line)
    const cell = this.#reader.read(content)
    if (cell) this.#addCell(cell)
    else this.#addOther(parseContent(content, `${this.file}:${line.number}`))
  }

  #addOther(line: ResultLine): void {
    if (line.kind === 'cell') this.#addCell(this.#reader.share(line))
    else if (line.kind === 'footer') this.#complete = line.cells === this.#cells.size
    else this.#lines.add(line)
  }

  #addCell(cell: Cell): void {
    const id = cellId(cell)
    if (this.#cells.has(id)) throw new UsageError(`${this.file}: ${id} stands there twice`)
    this.#cells.set(id, cell)
  }

  results(): Results {
    const header = this.#lines.whole()
    if (!header) throw new UsageError(`${this.file}: no header; this is not a results file of pgmatrix`)
    const complete = this.#complete && this.#cells.size === header.cells
    return { header, cells: [...this.#cells.values()], complete }
  }
}

/** Results files of a folder, newest first; their names begin with the time of the run. */
export async function listResults(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const names = await readdir(folder)
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .toReversed()
    .map((name) => path.join(folder, name))
}

/** The file to look at: the one given, or the newest of the folder. @throws UsageError */
export async function chooseResults(folder: string, given: string | undefined): Promise<string> {
  const file = given ?? (await listResults(folder))[0]
  if (file === undefined)
    throw new UsageError(`no results in ${folder}: run \`pgmatrix run\` first, or name a file with --results`)
  return file
}

/** Files as they are named, and all of the folders, those of their folders included. @throws UsageError where there are none */
export async function resultsFiles(places: readonly string[]): Promise<string[]> {
  const found = await Promise.all(places.map(filesAt))
  const empty = places.find((_, index) => found[index]?.length === 0)
  if (empty !== undefined) throw new UsageError(`${empty}: there are no results files (.jsonl)`)
  return found.flat()
}

async function filesAt(place: string): Promise<string[]> {
  if (!existsSync(place)) throw new UsageError(`${place}: no such file or folder`)
  if (!statSync(place).isDirectory()) return [place]
  const names = await readdir(place, { recursive: true })
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => path.join(place, name))
}
