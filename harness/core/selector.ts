/** Selectors: globs over cell ids, such as `17/psycopg2-2.9.13/json-jsonb-decode` or `18`. Missing trailing parts match everything. */
import picomatch from 'picomatch'
import { cellId, type CellId } from './ids.js'

export type Selector = (cell: CellId) => boolean

/** Any of the patterns; all cells where there is none. A pattern of one or two parts is completed with `*`. */
export function selector(patterns: readonly string[]): Selector {
  if (patterns.length === 0) return () => true
  const matches = picomatch(patterns.map(complete))
  return (cell) => matches(cellId(cell))
}

function complete(pattern: string): string {
  const parts = pattern.split('/')
  return [...parts, '*', '*'].slice(0, 3).join('/')
}
