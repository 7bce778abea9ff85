/** A table of features by columns, made from data: for comparing, for one's own stack and for an opened results file. */
import type { Verdict } from '../../harness/core/verdict.js'
import { element, verdictCell } from './element.js'

export interface TableFeature {
  readonly id: string
  readonly title: string
  readonly group: string
  /** Null where there is no page for it. */
  readonly href: string | null
}

export interface TableColumn {
  readonly title: string
  readonly detail: string
  readonly href: string | null
  readonly cell: (feature: TableFeature, index: number) => TableCell
}

export interface TableCell {
  /** Undefined where there is no result. */
  readonly verdict: Verdict | undefined
  readonly href: string | null
  /** Instead of the verdict's own word. */
  readonly words?: string
}

/** Features in which the columns differ; of one column, those that are not native. */
export function differs(cells: readonly TableCell[]): boolean {
  const seen = new Set(cells.map(({ verdict, words }) => words ?? verdict))
  return cells.length === 1
    ? cells.some(({ verdict, words }) => words !== undefined || verdict !== 'native')
    : seen.size > 1
}

export interface TableOptions {
  readonly caption: string
  readonly features: readonly TableFeature[]
  readonly columns: readonly TableColumn[]
  readonly onlyDiffering: boolean
}

/** Features for which no column has anything are left out. */
export function verdictTable({ caption, features, columns, onlyDiffering }: TableOptions): HTMLElement {
  const rows = features
    .map((feature, index) => ({ feature, cells: columns.map(({ cell }) => cell(feature, index)) }))
    .filter(({ cells }) => cells.some(({ verdict, words }) => verdict !== undefined || words !== undefined))
  const shown = onlyDiffering ? rows.filter(({ cells }) => differs(cells)) : rows
  const groups = [...new Set(shown.map(({ feature }) => feature.group))]
  const table = element(
    'table',
    { class: 'matrix' },
    element('caption', {}, caption),
    element('thead', {}, headRow(columns)),
    element(
      'tbody',
      {},
      sumsRow(
        columns,
        rows.map(({ cells }) => cells),
      ),
    ),
    ...groups.map((group) =>
      element(
        'tbody',
        {},
        groupRow(group, columns.length + 1),
        ...shown
          .filter(({ feature }) => feature.group === group)
          .map(({ feature, cells }) => featureRow(feature, cells)),
      ),
    ),
  )
  const words = shown.length === 0 ? 'No feature in which they differ.' : ''
  const layout = columns.length <= 6 ? 'narrow' : 'vast'
  return element(
    'div',
    {},
    element('p', { class: 'count' }, `${shown.length} of ${rows.length} features. ${words}`),
    element('section', { class: `scroller ${layout}`, 'aria-label': caption, tabindex: '0' }, table),
  )
}

function headRow(columns: readonly TableColumn[]): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { class: 'corner', scope: 'col' }, 'Feature'),
    ...columns.map(({ title, detail, href }) =>
      element(
        'th',
        { scope: 'col' },
        linked(href, title, ...(detail ? [' ', element('small', {}, detail)] : [])),
      ),
    ),
  )
}

function linked(href: string | null, ...children: (Node | string)[]): HTMLElement {
  return href === null ? element('span', {}, ...children) : element('a', { href }, ...children)
}

/** As in the pages' own tables: native, of the features that the server has. */
function sumsRow(columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[]): HTMLElement {
  const sum = (column: number) => {
    const verdicts = rows
      .flatMap((cells) => cells[column]?.verdict ?? [])
      .filter((verdict) => SAYS.has(verdict))
    const native = verdicts.filter((verdict) => verdict === 'native').length
    return element(
      'td',
      {},
      element('span', { class: 'tally' }, element('b', {}, String(native)), `/${verdicts.length}`),
    )
  }
  return element(
    'tr',
    { class: 'sums' },
    element('th', { scope: 'row' }, 'Native, of the features this server has'),
    ...columns.map((_, index) => sum(index)),
  )
}

/** Verdicts that say something about the client. */
const SAYS: ReadonlySet<Verdict> = new Set(['native', 'partial', 'raw', 'unsupported', 'broken', 'refused'])

function groupRow(title: string, width: number): HTMLElement {
  const head = element('th', { scope: 'rowgroup', colspan: String(width) }, element('span', {}, title))
  return element('tr', { class: 'group' }, head)
}

function featureRow({ title, href }: TableFeature, cells: readonly TableCell[]): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, linked(href, title)),
    ...cells.map(({ verdict, href, words }) => verdictCell(verdict, href, words)),
  )
}
