/** One feature: who has it, on which servers, how it is done, and what was seen. */
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { clientPage, familyAnchor, INDEX, probePage, rootOf, STACKS, webLink } from './address.js'
import { cellLink, type CellView } from './cells.js'
import { pythonTokens, type Token } from './code.js'
import { type FiguresView, measured } from './figures.js'
import { type Finding, findingsOf, foldOlder } from './findings.js'
import { type Frame, frame } from './frame.js'
import { type Layout, layoutFor } from './layout.js'
import { type Legend, legend } from './legend.js'
import { paragraphs, type Piece } from './prose.js'
import { type ServerColumn, serverColumn } from './server-column.js'
import { kindWords } from './standing.js'
import { clientTitle, familiesAsked, type FamilyView, type ResultsView } from './view.js'
import { isAsked, type WhoHas, whoHas } from './who.js'

export interface ProbePage {
  readonly frame: Frame
  readonly probe: ProbeFacts
  readonly about: readonly (readonly Piece[])[]
  readonly docs: string | null
  /** `PostgreSQL 12`, or what the matrix says in words. */
  readonly since: string
  /** The group's place in the matrix. */
  readonly group: string
  readonly previous: PageLink | null
  readonly next: PageLink | null
  readonly who: readonly WhoHas[]
  /** Those with a cell. */
  readonly servers: readonly ServerColumn[]
  /** Of the table. */
  readonly rows: number
  /** The table is long: it is shown when it is asked for. */
  readonly folded: boolean
  readonly layout: Layout
  readonly legend: Legend
  /** Python that runs before each recipe; empty where there is none. */
  readonly given: readonly Token[]
  /** Python that asks the application of every stack; empty where it asks clients. */
  readonly conversation: readonly Token[]
  readonly figures: FiguresView | null
  readonly families: readonly ProbeFamily[]
}

interface PageLink {
  readonly href: string
  readonly title: string
}

interface ProbeFamily {
  readonly id: string
  readonly title: string
  readonly kind: string
  readonly anchor: string
  /** Anchors under names that it had before. */
  readonly former: readonly string[]
  readonly rows: readonly ProbeRow[]
  /** Those of the newest release. */
  readonly findings: readonly Finding[]
  /** Those of older releases alone. */
  readonly older: readonly Finding[]
}

interface ProbeRow {
  readonly title: string
  readonly href: string
  readonly cells: readonly CellView[]
}

/** Rows of a table that is taken in at a glance. */
const SHORT = 12

export function probeFeaturePage(view: ResultsView, probe: ProbeFacts): ProbePage {
  const page = probePage(probe.id)
  const probes = view.probes
  const index = probes.indexOf(probe)
  const group = view.groups.find(({ probes }) => probes.includes(probe))
  const servers = view.servers.filter((server) => isAsked(view, probe, server))
  const families = familiesAsked(view, probe).flatMap((family) => familyOf(view, family, { probe, servers }))
  const rows = families.flatMap(({ rows }) => rows).length
  return {
    frame: frame(view, {
      page,
      title: probe.title,
      description: `${probe.title}: which ${probe.conversation === null ? 'Python drivers and ORMs' : 'Python web stacks'} have it on which PostgreSQL, with the code that ran.`,
    }),
    probe,
    about: paragraphs(probe.about),
    docs: webLink(probe.docs),
    since: /^\d/.test(probe.since) ? `PostgreSQL ${probe.since}` : probe.since,
    group: rootOf(page) + (probe.conversation === null ? `${INDEX}#${group?.anchor ?? ''}` : STACKS),
    previous: pageLink(probes[index - 1]),
    next: pageLink(probes[index + 1]),
    who: whoHas(view, probe, servers),
    servers: servers.map((server) => serverColumn(server, rootOf(page))),
    rows,
    folded: rows > SHORT,
    layout: layoutFor(servers.length),
    legend: legend(view.cellsOf('probe', probe.id)),
    given: pythonTokens(probe.given?.trimEnd() ?? ''),
    figures: measured(view, probe),
    conversation: pythonTokens(probe.conversation?.trimEnd() ?? ''),
    families,
  }
}

interface Asked {
  readonly probe: ProbeFacts
  readonly servers: readonly ServerFacts[]
}

/** Nothing where no client of the family has a cell. */
function familyOf(view: ResultsView, { facts, clients }: FamilyView, asked: Asked): ProbeFamily[] {
  const { probe, servers } = asked
  const shown = clients.filter((client) => servers.some((server) => view.cell(server, client, probe)))
  if (shown.length === 0) return []
  const family = { facts, clients: shown }
  return [
    {
      id: facts.id,
      title: facts.title,
      kind: kindWords(facts),
      anchor: familyAnchor(facts.id),
      former: facts.formerly.map(familyAnchor),
      rows: shown.map((client) => probeRow(view, client, asked)),
      ...foldOlder(family, findingsOf(view, family, probe)),
    },
  ]
}

function pageLink(probe: ProbeFacts | undefined): PageLink | null {
  return probe ? { href: `${probe.id}.html`, title: probe.title } : null
}

function probeRow(view: ResultsView, client: ClientFacts, { probe, servers }: Asked): ProbeRow {
  return {
    title: clientTitle(view.header, client),
    href: `../${clientPage(client.id)}`,
    cells: servers.map((server) => {
      const { verdict, href } = cellLink(view, { server, client, probe }, null)
      return { verdict, href, title: null }
    }),
  }
}
