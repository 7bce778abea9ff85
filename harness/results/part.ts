/** One part of a run, as a results file has it: what it says of itself, and where each of its cells stands. */
import type { Part } from '../core/merge.js'
import { UsageError } from '../core/runtime.js'
import { fileLines, type CellLine, type FileLine } from './file-lines.js'
import { HeaderLines } from './header-lines.js'
import { cellNamed, checkLine, isCell } from './line.js'
import { parseLine } from './read.js'

export interface PartFile extends Part {
  readonly cells: readonly CellLine[]
}

/** @throws UsageError with file and line */
export function readPart(file: string): PartFile {
  const lines = new HeaderLines()
  const cells: CellLine[] = []
  let finishedAt: string | null = null
  for (const { line, number, start, hasEnd } of linesIn(file)) {
    if (checkLine(line) !== 'good') {
      // Torn by a kill.
      if (!hasEnd) break
      throw new UsageError(
        `${file}:${number}: not what was written; the file is damaged. Run this shard again.`,
      )
    }
    const cell = isCell(line) ? cellNamed(line) : undefined
    if (cell) {
      const { id, server, client, probe, verdict } = cell
      cells.push({ id, server, client, probe, verdict, path: file, start, length: line.length })
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

function* linesIn(file: string): Generator<FileLine> {
  try {
    yield* fileLines(file)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${file}: cannot be read: ${reason}`)
  }
}
