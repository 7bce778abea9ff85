/** One server: what it brings, and what is different on it from the one before it, or from the same one without a pooler. */
import { type Change, type Difference, differences } from '../../core/difference.js'
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import type { Verdict } from '../../core/verdict.js'
import { bringsPage, familyAnchor, INDEX, probePage, releasesPage, rootOf, serverPage } from './address.js'
import { type Frame, frame } from './frame.js'
import { releaseWords } from './releases.js'
import { type Tally, tally } from './tally.js'
import { groupsAsking, type ResultsView } from './view.js'
import { whoHas } from './who.js'

export interface ServerPage {
  readonly frame: Frame
  readonly server: ServerFacts
  /** `PostgreSQL 17.10` */
  readonly name: string
  readonly servers: readonly ServerLink[]
  readonly matrix: string
  readonly releases: string
  /** Cells of drivers and ORMs. */
  readonly tally: Tally
  /** Features that came with this release. */
  readonly brings: readonly BroughtFeature[]
  readonly against: Against | null
}

interface ServerLink {
  readonly id: string
  readonly name: string
  readonly preview: boolean
  readonly href: string
  readonly current: boolean
}

interface BroughtFeature {
  readonly title: string
  readonly href: string
  readonly tally: Tally
  readonly native: readonly FamilyLink[]
}

interface FamilyLink {
  readonly title: string
  readonly href: string
  /** `≥ 3.1` */
  readonly releases: string
}

interface Against {
  readonly id: string
  readonly name: string
  readonly href: string
  /** It is the same release, reached without a pooler. */
  readonly same: boolean
  /** Cells there that have no counterpart here. */
  readonly without: string | null
  readonly groups: readonly AgainstGroup[]
}

interface AgainstGroup {
  readonly title: string
  readonly rows: readonly AgainstRow[]
}

interface AgainstRow {
  readonly feature: string
  readonly href: string
  readonly before: Verdict
  readonly after: Verdict
  readonly clients: readonly FamilyLink[]
}

export function serverBringsPage(view: ResultsView, server: ServerFacts): ServerPage {
  const page = bringsPage(server.id)
  const root = rootOf(page)
  const name = serverName(server)
  const probes = groupsAsking(view, 'clients').flatMap((group) => group.probes)
  const ids = new Set(probes.map(({ id }) => id))
  return {
    frame: frame(view, {
      page,
      title: name,
      description: `What ${name} brings, which of Python's drivers and ORMs can use it, and what is different on it.`,
    }),
    server,
    name,
    servers: view.servers.map((other) => linkTo(other, { server, root })),
    matrix: root + (server === view.newest ? INDEX : serverPage(server.id)),
    releases: root + releasesPage(server.id),
    tally: tally(view.cellsOf('server', server.id).filter(({ probe }) => ids.has(probe))),
    brings: probes
      .filter(({ since }) => server.pooler === null && since === String(server.major))
      .map((probe) => brought(view, server, { probe, root })),
    against: againstOf(view, server, root),
  }
}

function linkTo(
  other: ServerFacts,
  { server, root }: { readonly server: ServerFacts; readonly root: string },
): ServerLink {
  const { id, preview } = other
  return { id, name: serverName(other), preview, href: root + bringsPage(id), current: other === server }
}

interface ProbePlace {
  readonly probe: ProbeFacts
  readonly root: string
}

function brought(view: ResultsView, server: ServerFacts, { probe, root }: ProbePlace): BroughtFeature {
  const page = root + probePage(probe.id)
  const native = whoHas(view, probe, [server]).find(({ verdict }) => verdict === 'native')
  return {
    title: probe.title,
    href: page,
    tally: tally(view.cellsOf('probe', probe.id).filter((cell) => cell.server === server.id)),
    native: (native?.lines ?? []).map(({ family, where }) => ({
      title: family?.title ?? '',
      href: page + (family ? `#${family.anchor}` : ''),
      releases: where,
    })),
  }
}

function againstOf(view: ResultsView, server: ServerFacts, root: string): Against | null {
  const other = counterpart(view, server)
  if (!other) return null
  const known = new Set(view.families.flatMap(({ clients }) => clients.map(({ id }) => id)))
  const cellsOn = ({ id }: ServerFacts) =>
    view.cellsOf('server', id).filter(({ client }) => known.has(client))
  const found = differences(cellsOn(other), cellsOn(server), { client: true, server: false })
  const gone = new Set(found.filter(({ change }) => change === 'gone').map(({ probe }) => probe))
  const changed = found.filter(({ before }) => before?.verdict !== 'server')
  return {
    id: other.id,
    name: serverName(other),
    href: root + bringsPage(other.id),
    same: server.pooler !== null,
    without: server.pooler !== null && gone.size > 0 ? String(gone.size) : null,
    groups: GROUPS.map(([change, title]) => ({
      title,
      rows: rowsOf(
        view,
        changed.filter((one) => one.change === change),
        root,
      ),
    })).filter(({ rows }) => rows.length > 0),
  }
}

const GROUPS: readonly (readonly [Change, title: string])[] = [
  ['worse', 'Worse here'],
  ['better', 'Better here'],
  ['moved', 'Other'],
]

/** The release before it; behind a pooler, the same release without it. */
function counterpart({ servers }: ResultsView, server: ServerFacts): ServerFacts | undefined {
  const plain = servers.filter(({ pooler }) => pooler === null)
  if (server.pooler !== null) return plain.find(({ major }) => major === server.major)
  return plain[plain.indexOf(server) - 1]
}

function rowsOf(view: ResultsView, found: readonly Difference[], root: string): AgainstRow[] {
  return view.probes.flatMap((probe) => {
    const own = found.filter((one) => one.probe === probe.id)
    return [...new Set(own.map(wayOf))].flatMap((way) => {
      const alike = own.filter((one) => wayOf(one) === way)
      const [first] = alike
      if (!first?.before || !first.after) return []
      const page = root + probePage(probe.id)
      return [
        {
          feature: probe.title,
          href: page,
          before: first.before.verdict,
          after: first.after.verdict,
          clients: familiesOf(view, alike, { probe, page }),
        },
      ]
    })
  })
}

function wayOf({ before, after }: Difference): string {
  return `${before?.verdict} ${after?.verdict}`
}

function familiesOf(
  view: ResultsView,
  alike: readonly Difference[],
  { probe, page }: { readonly probe: ProbeFacts; readonly page: string },
): FamilyLink[] {
  const changed = new Set(alike.map(({ client }) => client))
  return view.families.flatMap(({ facts, clients }) => {
    const asked = clients.filter((client) => isAskedAnywhere(view, client, probe))
    const words = releaseWords(
      view.header,
      asked.filter(({ id }) => changed.has(id)),
      asked,
    )
    if (words.length === 0) return []
    return [{ title: facts.title, href: `${page}#${familyAnchor(facts.id)}`, releases: words.join('; ') }]
  })
}

function isAskedAnywhere(view: ResultsView, client: ClientFacts, probe: ProbeFacts): boolean {
  return view.servers.some((server) => view.cell(server, client, probe))
}
