/** What changed against what was published before. */
import { CHANGE_TITLES, type Change, CHANGES as KINDS } from '../../core/difference.js'
import { serverRange } from '../../core/server-range.js'
import type { Verdict } from '../../core/verdict.js'
import type { Arrival, ChangeRow, Publication, PublishedRun } from '../changes/publication.js'
import { publicationPage } from '../data/address.js'
import { CHANGES, evidenceAnchor, probePage, rootOf } from './address.js'
import { type Frame, frame } from './frame.js'
import type { ResultsView } from './view.js'

export interface ChangesPage {
  readonly frame: Frame
  /** Null where nothing was given to compare with. */
  readonly publication: PublicationView | null
  /** Newest first. */
  readonly earlier: readonly { readonly href: string; readonly date: string; readonly words: string }[]
}

interface PublicationView {
  readonly before: RunView
  readonly after: RunView
  /** `worse 2, better 1` */
  readonly counts: string
  readonly arrivals: readonly { readonly title: string; readonly items: readonly string[] }[]
  readonly groups: readonly ChangeGroup[]
  /** Rows that are not listed. */
  readonly left: number
}

interface RunView {
  readonly date: string
  readonly startedAt: string
  readonly words: string
}

interface ChangeGroup {
  readonly title: string
  readonly anchor: string
  readonly rows: readonly {
    readonly feature: string
    /** The evidence; null where these results do not have the cell. */
    readonly href: string | null
    readonly client: string
    readonly servers: string
    readonly from: { readonly verdict: Verdict } | null
    readonly to: { readonly verdict: Verdict } | null
    readonly reason: string
  }[]
}

/** The newest publication, and the way to the earlier ones. */
export function changesPage(view: ResultsView, publications: readonly Publication[]): ChangesPage {
  const [newest, ...earlier] = publications
  return {
    frame: frame(view, {
      page: CHANGES,
      title: 'What changed',
      description: 'Verdicts that differ from those that were published before: worse, better, gone and new.',
    }),
    publication: newest ? publicationView(view, newest, '') : null,
    earlier: earlier.map((publication) => ({
      href: publicationPage(publication.after.startedAt),
      date: publication.after.startedAt.slice(0, 10),
      words: countWords(publication),
    })),
  }
}

/** One publication at the address that feeds name. */
export function publicationChangesPage(view: ResultsView, publication: Publication): ChangesPage {
  const page = publicationPage(publication.after.startedAt)
  const date = publication.after.startedAt.slice(0, 10)
  return {
    frame: frame(view, {
      page,
      title: `What changed on ${date}`,
      description: `Verdicts of the run of ${date} that differ from those that were published before it.`,
    }),
    publication: publicationView(view, publication, rootOf(page)),
    earlier: [],
  }
}

function publicationView(view: ResultsView, publication: Publication, root: string): PublicationView {
  const { before, after, rows, left } = publication
  return {
    before: runView(before),
    after: runView(after),
    counts: countWords(publication),
    arrivals: arrivalViews(publication.arrivals),
    groups: KINDS.map((change) => groupOf(view, change, { rows, root })).filter(
      (group) => group.rows.length > 0,
    ),
    left,
  }
}

function runView({ startedAt, tool, runtime, selector, complete, cells }: PublishedRun): RunView {
  const scope = selector === null ? 'of the whole matrix' : `of the selection ${selector}`
  const cut = complete ? '' : ', cut off'
  const words = `${cells.toLocaleString('en-US')} cells ${scope}${cut}, pgmatrix ${tool}, ${runtime} servers`
  return { date: startedAt.slice(0, 10), startedAt, words }
}

function countWords({ counts, arrivals }: Publication): string {
  const parts = KINDS.flatMap((change) => {
    const count = counts[change]
    return count > 0 ? [`${CHANGE_TITLES[change].toLowerCase()} ${count.toLocaleString('en-US')}`] : []
  })
  const words = parts.length > 0 ? parts.join(', ') : 'no cell that both have differs'
  return arrivals.length > 0
    ? `${words}; servers, clients and features that came or went: ${arrivals.length}`
    : words
}

const AXIS_TITLES = { server: 'servers', client: 'clients', probe: 'features' } as const

function arrivalViews(arrivals: readonly Arrival[]): PublicationView['arrivals'] {
  return (['appeared', 'gone'] as const).flatMap((change) =>
    (['server', 'client', 'probe'] as const).flatMap((axis) => {
      const some = arrivals.filter((arrival) => arrival.change === change && arrival.axis === axis)
      const title = `${CHANGE_TITLES[change]} ${AXIS_TITLES[axis]}`
      return some.length === 0 ? [] : [{ title, items: some.map((arrival) => arrival.title) }]
    }),
  )
}

interface RowsOn {
  readonly rows: readonly ChangeRow[]
  /** Way from the page to the top of the site. */
  readonly root: string
}

function groupOf(view: ResultsView, change: Change, { rows, root }: RowsOn): ChangeGroup {
  return {
    title: CHANGE_TITLES[change],
    anchor: change,
    rows: rows
      .filter((row) => row.change === change)
      .map((row) => ({
        ...{ feature: row.title, client: row.clientTitle, reason: row.reason },
        href: hrefOf(view, row, root),
        servers: serversOf(view, row),
        from: row.from && { verdict: row.from },
        to: row.to && { verdict: row.to },
      })),
  }
}

/** On the newest of the servers where these results have the cell. */
function hrefOf(view: ResultsView, row: ChangeRow, root: string): string | null {
  const probe = view.probes.find(({ id }) => id === row.probe)
  const client = view.clients.find(({ id }) => id === row.client)
  if (!probe || !client) return null
  const there = view.servers.filter(({ id }) => row.servers.includes(id))
  const server = there.findLast((one) => view.cell(one, client, probe))
  return server ? `${root}${probePage(probe.id)}#${evidenceAnchor(client.id, server.id)}` : null
}

function serversOf({ servers }: ResultsView, row: ChangeRow): string {
  const known = servers.filter(({ id }) => row.servers.includes(id))
  const others = row.servers.filter((id) => known.every((server) => server.id !== id))
  return [serverRange(known, servers), ...others].filter(Boolean).join(', ')
}
