/** The whole matrix at a glance: how much of each group of features the newest release of each client has. */
import type { ClientFacts } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import { bringsPage, clientPage, INDEX, OVERVIEW } from './address.js'
import { familyColumns } from './columns.js'
import { type Frame, frame } from './frame.js'
import { type Tally, tally } from './tally.js'
import { groupsAsking, type GroupView, type ResultsView } from './view.js'

export interface OverviewPage {
  readonly frame: Frame
  readonly name: string
  /** What the server brings. */
  readonly server: string
  readonly groups: readonly { readonly title: string; readonly href: string; readonly features: number }[]
  readonly kinds: readonly OverviewKind[]
  readonly width: number
}

/** Drivers, or an ORM on each of its drivers. */
interface OverviewKind {
  readonly title: string
  readonly rows: readonly OverviewRow[]
}

interface OverviewRow {
  readonly title: string
  readonly detail: string
  readonly href: string
  readonly whole: Share
  readonly cells: readonly Share[]
}

/** Of the features that the server has. */
interface Share {
  /** Where nothing was decided there is no share: the place is empty. */
  readonly decided: boolean
  readonly percent: number
  /** How strong the colour of the field is. */
  readonly opacity: string
  /** `native 61, partial 8` */
  readonly words: string
  readonly of: string
}

export function overviewPage(view: ResultsView): OverviewPage {
  const groups = groupsAsking(view, 'clients')
  const { heads, columns } = familyColumns(view, '')
  const rows = columns.map(({ client, name, detail }) => rowOf(view, client, { groups, name, detail }))
  return {
    frame: frame(view, {
      page: OVERVIEW,
      title: 'Overview',
      description: `How much of each group of features Python's PostgreSQL drivers and ORMs have natively on ${serverName(view.newest)}.`,
    }),
    name: serverName(view.newest),
    server: bringsPage(view.newest.id),
    groups: groups.map(({ title, anchor, probes }) => ({
      title,
      href: `${INDEX}#${anchor}`,
      features: probes.length,
    })),
    kinds: heads.map(({ title, span }, index) => ({ title, rows: rowsUnder(rows, heads, { index, span }) })),
    width: groups.length + 2,
  }
}

function rowsUnder(
  rows: readonly OverviewRow[],
  heads: readonly { readonly span: number }[],
  { index, span }: { readonly index: number; readonly span: number },
): readonly OverviewRow[] {
  const before = heads.slice(0, index).reduce((sum, head) => sum + head.span, 0)
  return rows.slice(before, before + span)
}

interface Row {
  readonly groups: readonly GroupView[]
  readonly name: string
  readonly detail: string
}

function rowOf(view: ResultsView, client: ClientFacts, { groups, name, detail }: Row): OverviewRow {
  const tallies = groups.map(({ probes }) =>
    tally(probes.flatMap((probe) => view.cell(view.newest, client, probe) ?? [])),
  )
  const all = groups.flatMap(({ probes }) => probes)
  return {
    title: name,
    detail,
    href: clientPage(client.id),
    whole: shareOf(tally(all.flatMap((probe) => view.cell(view.newest, client, probe) ?? []))),
    cells: tallies.map((one) => shareOf(one)),
  }
}

function shareOf({ native, decided, words }: Tally): Share {
  const share = decided === 0 ? 0 : native / decided
  return {
    decided: decided > 0,
    // All of it, and nothing of it, are said of nothing less.
    percent: native === decided ? 100 : Math.min(99, Math.max(native > 0 ? 1 : 0, Math.round(100 * share))),
    opacity: (0.4 * share).toFixed(2),
    words,
    of: `${native} of ${decided}`,
  }
}
