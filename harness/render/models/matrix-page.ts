/** The matrix of one server: features by clients. */
import { formerSeries } from '../../core/former.js'
import type { Cell, ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import {
  bringsPage,
  clientPage,
  FINDINGS,
  INDEX,
  MATRIX_SCRIPT,
  probePage,
  releasesPage,
  rootOf,
  serverPage,
} from './address.js'
import { cellLink, type CellView } from './cells.js'
import { type Column, type ColumnHead, familyColumns, releaseColumns } from './columns.js'
import { type Frame, frame } from './frame.js'
import { type Layout, layoutFor } from './layout.js'
import { type Legend, legend } from './legend.js'
import { serverName } from '../../core/server-range.js'
import { type Strip, strips, type Strips } from './strips.js'
import { type Tally, tally } from './tally.js'
import { clientTitle, familyTitle, groupsAsking, type ResultsView } from './view.js'

export interface MatrixPage {
  readonly frame: Frame
  readonly server: ServerFacts
  /** `PostgreSQL 17.10` */
  readonly name: string
  /** What it brings. */
  readonly brings: string
  /** Every release has a column; otherwise the newest of each family. */
  readonly everyRelease: boolean
  readonly features: number
  readonly pairings: number
  readonly servers: readonly ServerLink[]
  /** The other page of this server: every release, or the newest ones. */
  readonly other: string
  readonly legend: Legend
  readonly heads: readonly ColumnHead[]
  readonly columns: readonly SummedColumn[]
  /** Columns and the features' own. */
  readonly width: number
  readonly layout: Layout
  readonly groups: readonly MatrixGroup[]
  readonly strips: readonly Strip[]
  readonly choices: readonly ClientChoice[]
  /** Where what is wrong without an error stands apart; null where nothing is. */
  readonly wrong: string | null
  /** Clients without a column, since none of their recipes ever ran. */
  readonly absent: readonly AbsentClient[]
}

interface ServerLink {
  readonly id: string
  readonly name: string
  readonly preview: boolean
  readonly href: string
  readonly current: boolean
}

interface AbsentClient {
  readonly title: string
  readonly href: string
}

interface SummedColumn extends Column {
  readonly tally: Tally
}

interface MatrixGroup {
  readonly title: string
  readonly anchor: string
  readonly rows: readonly MatrixRow[]
}

interface MatrixRow {
  readonly title: string
  readonly href: string
  readonly cells: readonly MatrixCell[]
}

interface MatrixCell extends CellView {
  /** Id of the drawing of all servers; null where they are alike. */
  readonly strip: string | null
}

/** What can be chosen by a client: the releases of a family on one driver. */
interface ClientChoice {
  readonly id: string
  /** Ids that it had before, between spaces. */
  readonly formerly: string
  readonly title: string
}

/** The site's front page: the newest server. */
export function indexPage(view: ResultsView): MatrixPage {
  return matrixPage(view, view.newest, INDEX)
}

export function serverMatrixPage(view: ResultsView, server: ServerFacts): MatrixPage {
  return matrixPage(view, server, serverPage(server.id))
}

export function releasesMatrixPage(view: ResultsView, server: ServerFacts): MatrixPage {
  return matrixPage(view, server, releasesPage(server.id))
}

function matrixPage(view: ResultsView, server: ServerFacts, page: string): MatrixPage {
  const root = rootOf(page)
  const everyRelease = page === releasesPage(server.id)
  const { heads, columns, absent } = everyRelease ? releaseColumns(view, root) : familyColumns(view, root)
  const probes = groupsAsking(view, 'clients').flatMap((group) => group.probes)
  const drawings = strips(view)
  const shown = columns.map((column) => cellsOf(view, server, { column, probes }))
  return {
    frame: frame(view, { page, script: MATRIX_SCRIPT, ...wordsOf(server, page, everyRelease) }),
    server,
    name: serverName(server),
    brings: root + bringsPage(server.id),
    everyRelease,
    features: probes.length,
    pairings: columns.length,
    servers: view.servers.map((other) => serverLink(view, other, { server, root, everyRelease })),
    other: root + (everyRelease ? addressOf(view, server) : releasesPage(server.id)),
    legend: legend(shown.flat()),
    heads,
    columns: columns.map((column, index) => ({ ...column, tally: tally(shown[index] ?? []) })),
    width: columns.length + 1,
    layout: layoutFor(columns.length),
    groups: groupsOf(view, { server, root, drawings, columns }),
    strips: drawings.drawn,
    choices: choicesOf(view, columns),
    wrong: view.cellsOf('verdict', 'broken').length > 0 ? `${root}${FINDINGS}#broken` : null,
    absent: absent.map((client) => absentClient(view, client, root)),
  }
}

function absentClient(view: ResultsView, client: ClientFacts, root: string): AbsentClient {
  return { title: clientTitle(view.header, client), href: root + clientPage(client.id) }
}

function wordsOf(server: ServerFacts, page: string, everyRelease: boolean) {
  const scope = everyRelease ? 'every release of ' : ''
  const title =
    page === INDEX
      ? "Python's PostgreSQL drivers and ORMs"
      : `${scope}Python clients on PostgreSQL ${server.id}`
  const description = `What ${scope}Python's PostgreSQL drivers and ORMs can do on ${serverName(server)}; every cell was executed.`
  return { title: title[0]?.toUpperCase() + title.slice(1), description }
}

interface ColumnCells {
  readonly column: Column
  readonly probes: readonly ProbeFacts[]
}

function cellsOf(view: ResultsView, server: ServerFacts, { column, probes }: ColumnCells): Cell[] {
  return probes.flatMap((probe) => view.cell(server, column.client, probe) ?? [])
}

interface LinkPlace {
  readonly server: ServerFacts
  readonly root: string
  readonly everyRelease: boolean
}

function serverLink(
  view: ResultsView,
  other: ServerFacts,
  { server, root, everyRelease }: LinkPlace,
): ServerLink {
  const href = root + (everyRelease ? releasesPage(other.id) : addressOf(view, other))
  const { id, preview } = other
  return { id, name: serverName(other), preview, href, current: other === server }
}

/** The newest server's matrix is the front page. */
function addressOf(view: ResultsView, server: ServerFacts): string {
  return server === view.newest ? INDEX : serverPage(server.id)
}

/** Each once, though every release of it has a column. */
function choicesOf(view: ResultsView, columns: readonly Column[]): ClientChoice[] {
  const first = columns.filter(({ id }, index) => columns.findIndex((column) => column.id === id) === index)
  return first.map(({ id, client: { family, driver } }) => ({
    id,
    formerly: formerSeries(id, view.header.families).join(' '),
    title: familyTitle(view.header, family) + (driver ? ` on ${driver.family}` : ''),
  }))
}

interface Rows {
  readonly server: ServerFacts
  readonly root: string
  readonly drawings: Strips
  readonly columns: readonly Column[]
}

function groupsOf(view: ResultsView, { server, root, drawings, columns }: Rows): MatrixGroup[] {
  const cell = (probe: ProbeFacts, client: ClientFacts): MatrixCell => {
    const { verdict, href } = cellLink(view, { server, client, probe }, root)
    const strip = drawings.of(client, probe)
    // Why it is so stands with the evidence: the reasons of all cells were more than a third of the page.
    return { verdict, href, strip: strip?.strip ?? null, title: strip?.words ?? null }
  }
  const row = (probe: ProbeFacts): MatrixRow => ({
    title: probe.title,
    href: root + probePage(probe.id),
    cells: columns.map(({ client }) => cell(probe, client)),
  })
  return groupsAsking(view, 'clients').map(({ title, anchor, probes }) => ({
    title,
    anchor,
    rows: probes.map(row),
  }))
}
