/** Who has a feature, in words: releases and servers as ranges, one line for each family and verdict. */
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { serverRange } from '../../core/server-range.js'
import { type Verdict, VERDICTS } from '../../core/verdict.js'
import { familyAnchor } from './address.js'
import { releaseWords } from './releases.js'
import { familiesAsked, type FamilyView, type ResultsView } from './view.js'

/** Those who end alike. */
export interface WhoHas {
  readonly verdict: Verdict
  readonly lines: readonly WhoLine[]
}

interface WhoLine {
  /** Null where the line speaks of all who were asked. */
  readonly family: { readonly title: string; readonly anchor: string } | null
  /** `≥ 0.29 on 14–18`, joined */
  readonly where: string
}

interface FamilyLine extends WhoLine {
  readonly verdict: Verdict
  /** Servers on which every release of the family ends so; null where some do not. */
  readonly whole: string | null
}

/** In the order of VERDICTS, families in theirs. */
export function whoHas(view: ResultsView, probe: ProbeFacts, servers: readonly ServerFacts[]): WhoHas[] {
  const asked = { probe, servers: servers.filter((server) => isAsked(view, probe, server)) }
  const families = familiesAsked(view, probe)
    .map((family) => endedOf(view, family, asked))
    .filter(({ clients }) => clients.length > 0)
  const lines = families.flatMap((family) => familyLines(view, family))
  return VERDICTS.map((verdict) => ({
    verdict,
    lines: joined(
      lines.filter((line) => line.verdict === verdict),
      families.length,
    ),
  })).filter(({ lines }) => lines.length > 0)
}

/** Without servers that nobody has a cell on. */
interface Asked {
  readonly probe: ProbeFacts
  readonly servers: readonly ServerFacts[]
}

interface FamilyEnds {
  readonly family: FamilyView
  /** Without those that have no cell. */
  readonly clients: readonly ClientEnds[]
  readonly servers: readonly ServerFacts[]
}

interface ClientEnds {
  readonly client: ClientFacts
  /** On each of the servers. */
  readonly verdicts: readonly (Verdict | undefined)[]
}

function endedOf(view: ResultsView, family: FamilyView, { probe, servers }: Asked): FamilyEnds {
  const clients = family.clients
    .map((client) => ({
      client,
      verdicts: servers.map((server) => view.cell(server, client, probe)?.verdict),
    }))
    .filter(({ verdicts }) => verdicts.some((verdict) => verdict !== undefined))
  return { family, clients, servers }
}

export function isAsked(view: ResultsView, probe: ProbeFacts, server: ServerFacts): boolean {
  return familiesAsked(view, probe).some(({ clients }) =>
    clients.some((client) => view.cell(server, client, probe)),
  )
}

function familyLines(view: ResultsView, ends: FamilyEnds): FamilyLine[] {
  const { id, title } = ends.family.facts
  const all = ends.clients.map(({ client }) => client)
  const found = new Set(ends.clients.flatMap(({ verdicts }) => verdicts))
  return VERDICTS.filter((verdict) => found.has(verdict)).flatMap((verdict) => {
    const alike = Object.entries(byServers(view, ends, verdict))
    const [first] = alike
    if (!first) return []
    const where = alike.flatMap(([range, clients]) =>
      releaseWords(view.header, clients, all).map((words) => `${words}${range}`),
    )
    const whole = first[1].length === all.length ? first[0] : null
    return [{ verdict, family: { title, anchor: familyAnchor(id) }, where: where.join('; '), whole }]
  })
}

/** Clients by the servers on which they end so, in words: ` on 14–18`; nothing to say where there is one server. */
function byServers(
  view: ResultsView,
  { clients, servers }: FamilyEnds,
  verdict: Verdict,
): Record<string, ClientFacts[]> {
  const groups: Record<string, ClientFacts[]> = {}
  for (const { client, verdicts } of clients) {
    const some = servers.filter((_, index) => verdicts[index] === verdict)
    if (some.length === 0) continue
    const range = some.length === servers.length ? 'all servers' : serverRange(some, view.servers)
    const words = servers.length === 1 ? '' : ` on ${range}`
    groups[words] = [...(groups[words] ?? []), client]
  }
  return groups
}

const FEW = 3

/** What holds for everybody is said once. */
function joined(lines: readonly FamilyLine[], families: number): WhoLine[] {
  const [first] = lines
  const all = lines.length === families && lines.every(({ whole }) => whole === first?.whole)
  if (first?.whole == null || !all || families <= FEW) return [...lines]
  return [{ family: null, where: `all clients${first.whole}` }]
}
