/** How much room a table needs: decides from which width of screen on it lies in the page without a frame of its own. */
export type Layout = 'narrow' | 'compact' | 'broad' | 'vast'

/** @param columns Columns with verdicts. */
export function layoutFor(columns: number): Layout {
  if (columns <= 6) return 'narrow'
  if (columns <= 14) return 'compact'
  return columns <= 30 ? 'broad' : 'vast'
}
