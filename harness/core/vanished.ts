/** What a new publication would take away from readers of the one before. */
import { cellId, type CellId } from './ids.js'

export interface Vanished {
  /** Ids of clients and servers of which nothing would be left. */
  readonly clients: readonly string[]
  readonly servers: readonly string[]
  readonly cells: readonly string[]
}

/**
 * @param recorded ids of the cells of the record, which says what ought to be there: what is not in it may go. Undefined where there
 *   is no record: then nothing may.
 */
export function vanished(
  before: readonly CellId[],
  now: readonly CellId[],
  recorded: ReadonlySet<string> | undefined,
): Vanished {
  const there = new Set(now.map(cellId))
  const gone = before.filter((cell) => !there.has(cellId(cell)) && (recorded?.has(cellId(cell)) ?? true))
  const left = (axis: 'client' | 'server') => {
    const ids = new Set(now.map((cell) => cell[axis]))
    return [...new Set(gone.map((cell) => cell[axis]))].filter((id) => !ids.has(id))
  }
  return { clients: left('client'), servers: left('server'), cells: gone.map(cellId) }
}
