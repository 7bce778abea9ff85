import { cellId } from '../harness/core/ids.js'
import type { Cell } from '../harness/core/result.js'

/** Ids of the cells whose verdict is another one. A way that is faster and finds something else is not faster. */
export function differing(cells: readonly Cell[], verdicts: Readonly<Record<string, string>>): string[] {
  return cells.filter((cell) => verdicts[cellId(cell)] !== cell.verdict).map(cellId)
}
