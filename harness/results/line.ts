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
  readonly decided: string | undefined
}

/** Longer than the head of any cell. */
const HEAD = 600
const KEYS = ['kind', 'server', 'client', 'probe', 'verdict', 'decided']

/** The cell of a line; undefined where the line is no cell's. */
export function cellNamed(line: Buffer): NamedCell | undefined {
  // `{`, `kind`, `:`, `cell`, `,`, `server`, …
  const parts = line.toString('latin1', 0, HEAD).split('"', 4 * KEYS.length)
  const values = KEYS.map((key, index) => {
    const [name, colon, value] = [parts[4 * index + 1], parts[4 * index + 2], parts[4 * index + 3]]
    return name === key && colon === ':' ? value : undefined
  })
  const [, server, client, probe, said, decided] = values
  const verdict = VERDICTS.find((one) => one === said)
  if (!server || !client || !probe || !verdict) return undefined
  return { server, client, probe, id: cellId({ server, client, probe }), verdict, decided }
}

export function isCell(line: Buffer): boolean {
  return line.toString('latin1', 0, CELL_START.length) === CELL_START
}

const CELL_START = '{"kind":"cell",'
const LINE_END = 10
const CARRIAGE_RETURN = 13

/** The lines of a stream without their ends, those of a chunk at once; a tool may have ended them with CR LF. */
export async function* streamedLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let begun: Buffer[] = []
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_END) + 1
    if (end > 0) {
      yield [...linesOf(Buffer.concat([...begun, chunk.subarray(0, end)]))]
      begun = []
    }
    begun.push(chunk.subarray(end))
  }
  yield [...linesOf(Buffer.concat(begun))]
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LINE_END, start)
    const end = found < 0 ? bytes.length : found
    yield bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end)
    start = end + 1
  }
}
