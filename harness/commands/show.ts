/** `pgmatrix show CELL`: the evidence behind one verdict, and the line that runs it again. */
import { describeValue } from '../core/compare.js'
import { renamedIn } from '../core/renamed-in.js'
import { cellId } from '../core/ids.js'
import type { Attempt, Cell, Results } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { selector } from '../core/selector.js'
import { suggest } from '../core/suggest.js'

/** The cell of that id, or all that a glob names. @throws UsageError where the results have none. */
export function findCells({ cells, header }: Results, pattern: string): readonly Cell[] {
  const selects = selector([pattern])
  const found = cells.filter((cell) => cellId(cell) === pattern || selects(cell))
  if (found.length > 0) return found
  const renamed = renamedIn(pattern, header)
  if (renamed.length > 0) throw new UsageError(`no cell ${pattern} in these results: ${renamed.join('; ')}`)
  const close = suggest(pattern, cells.map(cellId))
  throw new UsageError(`no cell ${pattern} in these results${close ? ` (did you mean ${close}?)` : ''}`)
}

export function describeCell(cell: Cell): string {
  const lines = [
    `${cellId(cell)}  ${cell.verdict}`,
    cell.reason,
    ...(cell.note ? [`note: ${cell.note}`] : []),
    ...(cell.absent.length > 0 ? [`verified absent: ${cell.absent.join(', ')}`] : []),
    ...cell.attempts.flatMap(describeAttempt),
    '',
    `run it again: pgmatrix run '${cellId(cell)}'`,
  ]
  return lines.join('\n')
}

function describeAttempt(attempt: Attempt): string[] {
  const { level, outcome, file, line, code, value, expected, error, witness, output, ms, cpuMs } = attempt
  const figures = Object.entries(attempt.figures)
  return [
    '',
    `${level} recipe, ${file}:${line}: ${outcome} (${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms CPU)`,
    ...code
      .trimEnd()
      .split('\n')
      .map((text) => `    ${text}`),
    ...(value ? [`  returned ${describeValue(value)}`] : []),
    ...(value && expected && outcome !== 'held' ? [`  expected ${describeValue(expected)}`] : []),
    ...(error
      ? [`  raised ${error.type}${error.sqlstate ? ` (${error.sqlstate})` : ''}: ${error.message}`]
      : []),
    ...figures.map(([name, number]) => `  measured ${name}: ${number}`),
    ...witness.map(({ sql, rows, error: failed }) => `  witness ${sql} → ${failed ?? JSON.stringify(rows)}`),
    ...(output ? [`  printed ${JSON.stringify(output.slice(0, 200))}`] : []),
  ]
}
