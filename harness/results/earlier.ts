/** What earlier runs found, to be taken over by a run of which it can be said that it would find the same. */
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { isSettled, type Verdict } from '../core/verdict.js'
import type { Decided } from '../core/decided.js'
import { cellId, type CellId } from '../core/ids.js'
import { KeptTexts } from '../core/kept.js'
import type { Header, ResultLine } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { fileLines, type CellLine } from './file-lines.js'
import { HeaderLines } from './header-lines.js'
import { cellNamed, checkLine, isCell, type NamedCell } from './line.js'
import { listResults, parseLine, type Line } from './read.js'

/** A cell as it stands in a results file. */
/** Lines after which others have their turn: the Pythons of the machine are asked meanwhile. */
const TURN = 500

export interface EarlierCell extends CellLine {
  readonly decided: Decided
}

export interface EarlierFile {
  readonly path: string
  /** With the facts of its client and server lines. */
  readonly header: Header
  /** Whether it has a footer that counts the cells that are there. */
  readonly complete: boolean
}

export interface Earlier {
  /** The newest of each cell, by cell id. */
  readonly cells: ReadonlyMap<string, EarlierCell>
  /** Those that they stand in, by path. */
  readonly files: ReadonlyMap<string, EarlierFile>
  /** What was wrong with the files: lines that are not what was written, files of another format. */
  readonly damage: readonly string[]
}

/**
 * Reads the folder's files from the newest one back to a complete run of a whole matrix: older ones say nothing that this one did
 * not take over. A line that is not what was written is left out.
 */
export async function readEarlier(folder: string): Promise<Earlier> {
  const cells = new Map<string, EarlierCell>()
  const files = new Map<string, EarlierFile>()
  const damage: string[] = []
  for (const path of await listResults(folder)) {
    const read = await readOne(path, damage)
    if (!read) continue
    files.set(path, read.file)
    for (const cell of read.cells) if (!cells.has(cell.id)) cells.set(cell.id, cell)
    if (isWhole(read.file)) break
  }
  return { cells, files, damage }
}

/** Verdicts of the reviewed record, by cell id: of all cells of an earlier run at least that are no facts. */
export type Recorded = ReadonlyMap<string, Verdict>

/** The line of a cell that was decided by the same and is settled, or undefined. */
export function sameCell(
  { earlier, recorded }: { readonly earlier: Earlier; readonly recorded: Recorded },
  id: CellId,
  decided: Decided | undefined,
): EarlierCell | undefined {
  const cell = earlier.cells.get(cellId(id))
  return cell && cell.decided === decided && isSettled(cell.verdict, recorded.get(cell.id)) ? cell : undefined
}

export function earlierVerdicts({ cells }: Earlier): ReadonlyMap<string, Verdict> {
  return new Map([...cells].map(([id, { verdict }]) => [id, verdict]))
}

function isWhole({ complete, header }: EarlierFile): boolean {
  return complete && header.selector === null && header.shard === null
}

async function readOne(
  path: string,
  damage: string[],
): Promise<{ file: EarlierFile; cells: EarlierCell[] } | undefined> {
  const lines = new HeaderLines()
  const cells: EarlierCell[] = []
  const texts = new KeptTexts()
  let [found, counted] = [0, -1]
  for (const { line, number, start } of fileLines(path)) {
    if (number % TURN === 0) await yieldToOthers()
    const check = checkLine(line)
    if (check === 'damaged') damage.push(`${path}:${number}: damaged, and not used`)
    if (check === 'unmarked' && number === 1)
      damage.push(`${path}: has no check sums, so that nothing is taken from it`)
    // Otherwise the last line of a run that was killed.
    if (check !== 'good') continue
    if (isCell(line)) {
      found += 1
      const cell = earlierCell(cellNamed(line), { path, start, length: line.length }, texts)
      if (cell) cells.push(cell)
      continue
    }
    const said = tryParse(path, { line, number }, damage)
    if (!said) return undefined
    if (said.kind === 'footer') counted = said.cells
    else if (said.kind !== 'cell') lines.add(said)
  }
  const header = lines.whole()
  return header && { file: { path, header, complete: counted === found && header.cells === found }, cells }
}

/** Undefined where the line does not say what decided it. Written out, and without parts of texts, which keep the whole of them. */
function earlierCell(
  named: NamedCell | undefined,
  { path, start, length }: Pick<CellLine, 'path' | 'start' | 'length'>,
  texts: KeptTexts,
): EarlierCell | undefined {
  if (!named?.decided) return undefined
  return {
    id: named.id,
    server: texts.of(named.server),
    client: texts.of(named.client),
    probe: texts.of(named.probe),
    verdict: named.verdict,
    decided: Buffer.from(named.decided, 'latin1').toString('latin1'),
    path,
    start,
    length,
  }
}

function tryParse(name: string, line: Line, damage: string[]): ResultLine | undefined {
  try {
    return parseLine(name, line)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    damage.push(`${error.message}; the file is not used`)
    return undefined
  }
}
