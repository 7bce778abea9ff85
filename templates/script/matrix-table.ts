/** The table of the matrix, read once; showing and hiding afterwards touches what changes and no more. */

export interface MatrixColumn {
  /** `asyncpg`, `sqlalchemy+asyncpg`: the same on the pages of all servers. */
  readonly name: string
  /** Names by which a search finds it, in lower case. */
  readonly words: readonly string[]
}

export interface MatrixRow {
  /** Title, id and group, in lower case. */
  readonly text: string
  /** Anchor of its group. */
  readonly group: string
  /** By column; empty where there is no cell. */
  readonly verdicts: readonly string[]
}

export interface MatrixTable {
  readonly columns: readonly MatrixColumn[]
  readonly rows: readonly MatrixRow[]
  showColumns(shown: readonly boolean[]): void
  /** Groups without a row go with their rows. */
  showRows(shown: readonly boolean[]): void
}

export function readMatrix(table: HTMLTableElement): MatrixTable {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th[data-name]')]
  const columns = heads.map((head) => ({ name: head.dataset['name'] ?? '', words: wordsOf(head) }))
  const elements = [...table.querySelectorAll<HTMLTableRowElement>('tbody tr:not(.group, .sums)')]
  return {
    columns,
    rows: elements.map(readRow),
    showColumns: columnsOf(table, heads),
    showRows: (shown) => {
      elements.forEach((row, index) => toggle(row, shown[index] ?? true))
      for (const body of table.tBodies)
        if (body.querySelector('.group'))
          toggle(body, body.querySelector('tr:not(.group, [hidden])') !== null)
    },
  }
}

function wordsOf(head: HTMLTableCellElement): string[] {
  const title =
    head.querySelector('a')?.firstChild?.textContent?.trim().toLowerCase().replace(/^on /, '') ?? ''
  return [...(head.dataset['name'] ?? '').split('+'), title]
}

function readRow(row: HTMLTableRowElement): MatrixRow {
  const group = row.parentElement?.querySelector('.group th')
  const link = row.querySelector('a')
  const id = /([^/]+)\.html$/.exec(link?.pathname ?? '')?.[1] ?? ''
  return {
    text: `${link?.textContent ?? ''} ${id} ${group?.textContent ?? ''}`.toLowerCase(),
    group: group?.id ?? '',
    verdicts: [...row.cells].slice(1).map(({ className }) => /\bv-([a-z-]+)/.exec(className)?.[1] ?? ''),
  }
}

function columnsOf(
  table: HTMLTableElement,
  heads: readonly HTMLTableCellElement[],
): (shown: readonly boolean[]) => void {
  const tops = [...table.querySelectorAll<HTMLTableCellElement>('thead .head')]
  const groups = [...table.querySelectorAll<HTMLTableCellElement>('.group th')]
  const spans = tops.map(({ colSpan }) => colSpan)
  let before: readonly boolean[] = heads.map(() => true)
  return (shown) => {
    const changed = shown.flatMap((is, index) => (is === before[index] ? [] : [index]))
    before = shown
    for (const row of table.rows)
      if (row.cells.length === heads.length + 1)
        for (const index of changed) toggleCell(row.cells[index + 1], shown[index])
    for (const index of changed) toggleCell(heads[index], shown[index])
    let at = 0
    tops.forEach((top, index) => {
      const span = spans[index] ?? 0
      const visible = shown.slice(at, at + span).filter(Boolean).length
      toggle(top, visible > 0)
      top.colSpan = Math.max(visible, 1)
      at += span
    })
    // A group's heading must not hold columns open that are gone.
    const width = shown.filter(Boolean).length + 1
    for (const group of groups) group.colSpan = width
  }
}

function toggleCell(cell: HTMLElement | undefined, shown = true): void {
  if (cell) toggle(cell, shown)
}

function toggle(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown
}
