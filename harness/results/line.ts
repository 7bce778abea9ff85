/** One line of a results file as text. A cell's begins with what a later run looks for, and each ends with its check sum. */
import { hash } from 'node:crypto'
import { cellId, type CellId } from '../core/ids.js'
import type { ResultLine } from '../core/result.js'
import { VERDICTS, type Verdict } from '../core/verdict.js'

/** With its line end. */
export function lineText(line: ResultLine): string {
  const text = JSON.stringify(line.kind === 'cell' ? headFirst(line) : line)
  const open = text.slice(0, -1)
  return `${open},"sum":"${sumOf(open)}"}\n`
}

function headFirst({
  kind,
  server,
  client,
  probe,
  verdict,
  decided,
  ...rest
}: ResultLine & { kind: 'cell' }) {
  return { kind, server, client, probe, verdict, decided, ...rest }
}

const SUM = /,"sum":"([0-9a-f]{16})"\}$/
const SUM_LENGTH = ',"sum":"0123456789abcdef"}'.length

export type Check = 'good' | 'damaged' | 'unmarked'

/** `unmarked`: of a tool that wrote no check sums. */
export function checkLine(line: Buffer): Check {
  const end = line.length - SUM_LENGTH
  const sum = SUM.exec(line.toString('latin1', Math.max(0, end)))?.[1]
  if (sum === undefined) return 'unmarked'
  return sumOf(line.subarray(0, end)) === sum ? 'good' : 'damaged'
}

/** The JSON of a line that was checked, without its sum. */
export function contentOf(line: Buffer, check: Check): string {
  return check === 'unmarked' ? line.toString() : `${line.toString('utf8', 0, line.length - SUM_LENGTH)}}`
}

function sumOf(content: string | Buffer): string {
  return hash('sha256', content).slice(0, 16)
}

export interface NamedCell extends CellId {
  /** As cellId() has it. */
  readonly id: string
  readonly verdict: Verdict
  /** What decided it, as it stands there; undefined where the line does not say. */
  readonly by: string | undefined
}

/** Longer than the head of any cell. */
const HEAD = 600
const CELL =
  /^\{"kind":"cell","server":"([^"]+)","client":"([^"]+)","probe":"([^"]+)","verdict":"([^"]+)"(?:,"decided":"([^"]+)")?/

/** The cell of a line; undefined where the line is no cell's. */
export function cellNamed(line: Buffer): NamedCell | undefined {
  const [head = '', server, client, probe, said, decided] = CELL.exec(line.toString('latin1', 0, HEAD)) ?? []
  const verdict = VERDICTS.find((one) => one === said)
  if (!server || !client || !probe || !verdict) return undefined
  // Read once more: a part of a text keeps the whole of it.
  const by = decided && line.toString('latin1', head.length - 1 - decided.length, head.length - 1)
  return { server, client, probe, id: cellId({ server, client, probe }), verdict, by }
}

export function isCell(line: Buffer): boolean {
  return line.toString('latin1', 0, CELL_START.length) === CELL_START
}

const CELL_START = '{"kind":"cell",'
const LINE_END = 10
const CARRIAGE_RETURN = 13

/** Lines without their ends; `number` counts from 1, `start` is the place of the first byte. */
export function* linesOf(bytes: Buffer): Generator<{ line: Buffer; number: number; start: number }> {
  let number = 1
  for (let start = 0; start < bytes.length; number++) {
    const end = bytes.indexOf(LINE_END, start)
    const stop = end < 0 ? bytes.length : end
    yield { line: bytes.subarray(start, stop), number, start }
    start = stop + 1
  }
}

/** The same of a stream, those of a chunk at once; a tool may have ended them with CR LF. */
export async function* streamedLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let begun: Buffer[] = []
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_END) + 1
    if (end > 0) {
      yield plainLines(Buffer.concat([...begun, chunk.subarray(0, end)]))
      begun = []
    }
    begun.push(chunk.subarray(end))
  }
  yield plainLines(Buffer.concat(begun))
}

function plainLines(bytes: Buffer): Buffer[] {
  return [...linesOf(bytes)].map(({ line }) =>
    line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line,
  )
}
