/** What earlier runs found, to be taken over by a run of which it can be said that it would find the same. */
import { readFile } from 'node:fs/promises'
import { isSettled, type Verdict } from '../core/verdict.js'
import { isDecided, type Decided } from '../core/decided.js'
import { cellId, type CellId } from '../core/ids.js'
import type { Header, ResultLine } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { HeaderLines } from './header-lines.js'
import { cellNamed, checkLine, isCell, linesOf } from './line.js'
import { listResults, parseLine, type Line } from './read.js'

/** A cell as it stands in a results file. */
export interface EarlierCell extends CellId {
  /** As cellId() has it. */
  readonly id: string
  readonly verdict: Verdict
  readonly decided: Decided
  /** Its line, without the line end. */
  readonly line: Buffer
  readonly file: EarlierFile
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
  /** What was wrong with the files: lines that are not what was written, files of another format. */
  readonly damage: readonly string[]
}

/**
 * Reads the folder's files from the newest one back to a complete run of a whole matrix: older ones say nothing that this one did
 * not take over. A line that is not what was written is left out.
 */
export async function readEarlier(folder: string): Promise<Earlier> {
  const cells = new Map<string, EarlierCell>()
  const damage: string[] = []
  for (const file of await listResults(folder)) {
    const read = await readOne(file, damage)
    if (!read) continue
    for (const cell of read.cells) if (!cells.has(cell.id)) cells.set(cell.id, cell)
    if (isWhole(read.file)) break
  }
  return { cells, damage }
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
  name: string,
  damage: string[],
): Promise<{ file: EarlierFile; cells: EarlierCell[] } | undefined> {
  const lines = new HeaderLines()
  const cells: Buffer[] = []
  let counted = -1
  for (const { line, number } of linesOf(await readFile(name))) {
    const check = checkLine(line)
    if (check === 'damaged') damage.push(`${name}:${number}: damaged, and not used`)
    if (check === 'unmarked' && number === 1)
      damage.push(`${name}: has no check sums, so that nothing is taken from it`)
    // Otherwise the last line of a run that was killed.
    if (check !== 'good') continue
    if (isCell(line)) {
      cells.push(line)
      continue
    }
    const said = tryParse(name, { line, number }, damage)
    if (!said) return undefined
    if (said.kind === 'footer') counted = said.cells
    else if (said.kind !== 'cell') lines.add(said)
  }
  const header = lines.whole()
  if (!header) return undefined
  const complete = counted === cells.length && header.cells === cells.length
  const file = { path: name, header, complete }
  return { file, cells: cells.flatMap((line) => earlierCell(line, file) ?? []) }
}

/** Undefined where the line does not say what decided it. Written out: there are very many. */
function earlierCell(line: Buffer, file: EarlierFile): EarlierCell | undefined {
  const named = cellNamed(line)
  if (!named || !isDecided(named.by)) return undefined
  const { server, client, probe, id, verdict, by } = named
  return { server, client, probe, id, verdict, decided: by, line, file }
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
