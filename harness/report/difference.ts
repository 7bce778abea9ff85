/** Differences in words: for the terminal, and as Markdown for a pull request. */
import {
  amiss,
  CHANGE_TITLES as TITLES,
  CHANGES,
  type Axis,
  type Change,
  type Difference,
} from '../core/difference.js'
import { markdownText } from '../core/markdown.js'
import type { ServerFacts } from '../core/result.js'
import { serverRange } from '../core/server-range.js'
import { number } from './tally.js'

export interface Compared {
  /** What the two sides are called: files, clients or servers. */
  readonly before: string
  readonly after: string
  readonly axis: Axis
  /** Those of both sides, oldest first. */
  readonly servers: readonly ServerFacts[]
  readonly differences: readonly Difference[]
}

/** Cells of one probe that changed alike, in one row. */
interface Row {
  readonly change: Change
  readonly probe: string
  readonly from: string
  readonly to: string
  /** Which cells of the probe: clients, servers or both. */
  readonly where: string
  /** Of the first of them, on the side where something is amiss. */
  readonly reason: string
}

/** Cells that one side lacks are many where it is a run of a selection. Rows; JSON has all. */
const LACKING_SHOWN = 40

export function describeDifferences(compared: Compared): string {
  const { before, after, differences } = compared
  const heading = `${before} → ${after}: ${describeChanges(differences)}`
  const sections = CHANGES.flatMap((change) => {
    const { rows, left } = shownOf(compared, change)
    if (rows.length === 0) return []
    const more = left > 0 ? [`  … and ${number(left)} more rows: --json has all`] : []
    return ['', TITLES[change], ...columns(rows).flatMap((line, n) => [line, ...why(rows[n])]), ...more]
  })
  return [heading, ...sections].join('\n')
}

export function markdownOfDifferences(compared: Compared): string {
  const { before, after, differences } = compared
  const heading = `**${markdownText(before)} → ${markdownText(after)}**: ${describeChanges(differences)}`
  const shown = CHANGES.map((change) => shownOf(compared, change))
  const rows = shown.flatMap((one) => one.rows)
  if (rows.length === 0) return heading
  const table = rows.map(
    ({ change, probe, from, to, where, reason }) =>
      `| ${TITLES[change].toLowerCase()} | ${probe} | ${where} | ${from} | ${to} | ${markdownText(reason)} |`,
  )
  const head = [
    '| change | feature | where | before | after | why |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  const left = shown.reduce((sum, one) => sum + one.left, 0)
  const more = left > 0 ? ['', `… and ${number(left)} more rows of what one side lacks.`] : []
  return [heading, '', ...head, ...table, ...more].join('\n')
}

/** `3 cells: worse 2 · better 1` */
function describeChanges(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'no difference'
  const parts = CHANGES.flatMap((change) => {
    const some = differences.filter((difference) => difference.change === change).length
    return some === 0 ? [] : [`${TITLES[change].toLowerCase()} ${some}`]
  })
  return `${number(differences.length)} ${differences.length === 1 ? 'cell' : 'cells'}: ${parts.join(' · ')}`
}

function shownOf(compared: Compared, change: Change): { rows: Row[]; left: number } {
  const rows = rowsOf(compared, change)
  const lacking = change === 'gone' || change === 'appeared'
  const shown = lacking ? rows.slice(0, LACKING_SHOWN) : rows
  return { rows: shown, left: rows.length - shown.length }
}

function rowsOf({ axis, servers, differences }: Compared, change: Change): Row[] {
  const rows = new Map<string, [Difference, ...Difference[]]>()
  for (const difference of differences) {
    if (difference.change !== change) continue
    const { probe, client, before, after } = difference
    const key = JSON.stringify([probe, axis.server ? client : null, before?.verdict, after?.verdict])
    const row = rows.get(key)
    if (row) row.push(difference)
    else rows.set(key, [difference])
  }
  return [...rows.values()].map((some) => ({ ...rowOf(some[0]), where: whereOf(some, axis, servers) }))
}

function rowOf({ change, probe, before, after }: Difference): Omit<Row, 'where'> {
  const reason = amiss((change === 'better' ? before : after)?.reason ?? '')
  return { change, probe, from: before?.verdict ?? '–', to: after?.verdict ?? '–', reason }
}

function whereOf(some: readonly Difference[], axis: Axis, servers: readonly ServerFacts[]): string {
  const clients = [...new Set(some.map(({ client }) => client))].filter((client) => client !== null)
  const ids = new Set(some.map(({ server }) => server))
  const on = serverRange(
    servers.filter(({ id }) => ids.has(id)),
    servers,
  )
  return [clients.join(', '), axis.server ? on : ''].filter(Boolean).join(' on ')
}

function columns(rows: readonly Row[]): string[] {
  const width = (text: (row: Row) => string) => Math.max(...rows.map((row) => text(row).length))
  const step = ({ from, to }: Row) => `${from} → ${to}`
  const [probes, steps] = [width(({ probe }) => probe), width(step)]
  return rows.map((row) => `  ${row.probe.padEnd(probes)}  ${step(row).padEnd(steps)}  ${row.where}`)
}

function why(row: Row | undefined): string[] {
  return row?.change === 'worse' && row.reason ? [`      ${row.reason}`] : []
}
