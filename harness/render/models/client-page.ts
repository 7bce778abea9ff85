/** One client release: all features on all servers, and what it ran on. */
import type { ClientFacts, ProbeFacts } from '../../core/result.js'
import { clientPage, CLIENTS, familyAnchor, probePage, rootOf, STACKS, webLink } from './address.js'
import { type CellView, cellView } from './cells.js'
import { pythonTokens, type Token } from './code.js'
import { type Frame, frame } from './frame.js'
import { type Layout, layoutFor } from './layout.js'
import { type Legend, legend } from './legend.js'
import { libpqVersion } from './libpq.js'
import { type AcceptRow, acceptsOf } from './accepts.js'
import { observed } from './observed.js'
import { type Piece, prose } from './prose.js'
import { type ServerColumn, serverColumn } from './server-column.js'
import { kindWords, standing, type StandingView } from './standing.js'
import { type StepView, stepsOf } from './steps.js'
import { supportOf, type SupportView } from './support.js'
import { type Tally, tallyOn } from './tally.js'
import { clientTitle, familyTitle, groupsAsking, type ResultsView } from './view.js'

export interface ClientPage {
  readonly frame: Frame
  readonly client: ClientFacts
  readonly title: string
  readonly about: readonly Piece[]
  readonly docs: string | null
  readonly source: string | null
  /** The family on the page of all clients. */
  readonly family: { readonly title: string; readonly href: string }
  readonly kind: string | null
  readonly standing: StandingView | null
  /** What is documented is so for the newest release. */
  readonly newest: boolean
  /** Servers that it ran on. */
  readonly connected: string | null
  readonly libpq: string | null
  readonly packages: readonly {
    readonly name: string
    readonly version: string
    /** The tag of the wheel that its source became. */
    readonly built: string | undefined
  }[]
  readonly others: readonly { readonly title: string; readonly href: string; readonly current: boolean }[]
  readonly support: SupportView | null
  readonly accepts: readonly AcceptRow[]
  readonly steps: readonly StepView[]
  readonly servers: readonly (ServerColumn & { readonly tally: Tally })[]
  readonly width: number
  readonly layout: Layout
  readonly legend: Legend
  readonly groups: readonly ClientGroup[]
  /** Of a stack: what was asked. */
  readonly application: ApplicationView | null
}

interface ApplicationView {
  readonly server: string
  readonly integration: string | null
  readonly files: readonly { readonly name: string; readonly code: readonly Token[] }[]
}

interface ClientGroup {
  readonly title: string
  readonly anchor: string
  readonly rows: readonly {
    readonly title: string
    readonly href: string
    readonly cells: readonly CellView[]
  }[]
}

export function clientReleasePage(view: ResultsView, client: ClientFacts): ClientPage {
  const page = clientPage(client.id)
  const root = rootOf(page)
  const title = clientTitle(view.header, client)
  const facts = view.header.families.find(({ id }) => id === client.family)
  const cells = view.cellsOf('client', client.id)
  return {
    frame: frame(view, {
      page,
      title,
      description: `What ${title} can do on each PostgreSQL, with evidence.`,
    }),
    client,
    title,
    about: prose(facts?.about ?? ''),
    docs: webLink(facts?.docs ?? ''),
    source: webLink(facts?.source ?? ''),
    family: {
      title: facts?.title ?? client.family,
      href: `${root}${client.stack ? STACKS : CLIENTS}#${familyAnchor(client.family)}`,
    },
    kind: facts ? kindWords(facts) : null,
    standing: facts ? standing(facts) : null,
    newest: isNewest(view, client),
    connected: observed(view, [client]).servers,
    libpq: client.libpq === null ? null : libpqVersion(client.libpq),
    packages: packagesOf(client),
    others: othersOf(view, client),
    support: supportOf(view, client, root),
    accepts: acceptsOf(view, client, root),
    steps: stepsOf(view, client, root),
    servers: view.servers.map((server) => ({
      ...serverColumn(server, root),
      tally: tallyOn(view, client, server),
    })),
    layout: layoutFor(view.servers.length),
    width: view.servers.length + 1,
    legend: legend(cells),
    groups: groupsOf(view, client, root),
    application: applicationOf(client),
  }
}

function isNewest({ families, stacks }: ResultsView, client: ClientFacts): boolean {
  return [...families, ...stacks].some(
    ({ clients }) => clients[0]?.version === client.version && clients.includes(client),
  )
}

function packagesOf({ packages, built }: ClientFacts): ClientPage['packages'] {
  return Object.entries(packages)
    .map(([name, version]) => ({ name, version, built: built[name] }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function othersOf(view: ResultsView, client: ClientFacts): ClientPage['others'] {
  const family = [...view.families, ...view.stacks].find(({ facts }) => facts.id === client.family)
  return (family?.clients ?? []).map((other) => ({
    title: releaseTitle(view, other),
    href: `${other.id}.html`,
    current: other === client,
  }))
}

function releaseTitle({ header }: ResultsView, { version, driver, stack }: ClientFacts): string {
  const orm = stack?.orm ? ` with ${familyTitle(header, stack.orm.family)}` : ''
  return driver ? `${version}${orm} on ${driver.family}` : version
}

function applicationOf({ stack }: ClientFacts): ApplicationView | null {
  if (!stack) return null
  const { server, integration, application } = stack
  const files = application.map(({ name, code }) => ({ name, code: pythonTokens(code.trimEnd()) }))
  return { server, integration, files }
}

function groupsOf(view: ResultsView, client: ClientFacts, root: string): ClientGroup[] {
  const row = (probe: ProbeFacts) => ({
    title: probe.title,
    href: root + probePage(probe.id),
    cells: view.servers.map((server) => cellView(view, { server, client, probe }, root)),
  })
  const groups = groupsAsking(view, client.stack ? 'stacks' : 'clients')
  return groups
    .map(({ probes, ...group }) => ({
      ...group,
      rows: probes.filter((probe) => view.asked(client, probe)).map(row),
    }))
    .filter(({ rows }) => rows.length > 0)
}
