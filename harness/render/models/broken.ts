/** Cells that ended badly, above all wrong results without an error: shown apart, since nobody would notice them. */
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { evidenceAnchor, probePage } from './address.js'
import { type Piece, prose } from './prose.js'
import { serverRange } from '../../core/server-range.js'
import type { Verdict } from '../../core/verdict.js'
import { clientTitle, type ResultsView } from './view.js'

/** A feature, and the clients that get it wrong in the same way on the same servers. */
export interface BrokenView {
  readonly feature: string
  /** Its page. */
  readonly page: string
  readonly clients: readonly { readonly title: string; readonly href: string }[]
  /** `10–13, 17` */
  readonly servers: string
  readonly reason: readonly Piece[]
}

interface Broken {
  readonly client: ClientFacts
  readonly servers: readonly ServerFacts[]
  readonly newest: ServerFacts
  readonly reason: string
}

/** Of `broken` cells, or of those of another verdict. */
export function brokenOf(
  view: ResultsView,
  servers: readonly ServerFacts[],
  root: string,
  verdict: Verdict = 'broken',
): BrokenView[] {
  const hits = new Map(view.probes.map(({ id }) => [id, new Set<string>()]))
  for (const { probe, client } of view.cellsOf('verdict', verdict)) hits.get(probe)?.add(client)
  return view.probes.flatMap((probe) => {
    const broken = view.clients
      .filter((client) => hits.get(probe.id)?.has(client.id))
      .flatMap((client) => brokenOn(view, servers, { client, probe, verdict }))
    return groupAlike(broken).map(([first, ...others]) => ({
      feature: probe.title,
      page: root + probePage(probe.id),
      clients: [first, ...others].map(({ client, newest }) => ({
        title: clientTitle(view.header, client),
        href: `${root}${probePage(probe.id)}#${evidenceAnchor(client.id, newest.id)}`,
      })),
      servers: serverRange(first.servers, view.servers),
      reason: prose(first.reason),
    }))
  })
}

interface Row {
  readonly client: ClientFacts
  readonly probe: ProbeFacts
  readonly verdict: Verdict
}

/** What is wrong behind a pooler alone may have another reason than what is wrong on the servers themselves. */
function brokenOn(view: ResultsView, servers: readonly ServerFacts[], row: Row): Broken[] {
  const direct = servers.filter(({ pooler }) => pooler === null)
  const pooled = servers.filter(({ pooler }) => pooler !== null)
  const found = [direct, ...pooled.map((server) => [server])].flatMap((some) => brokenAmong(view, some, row))
  const reasons = [...new Set(found.map(({ reason }) => reason))]
  return reasons.flatMap((reason) => {
    const [first, ...others] = found.filter((one) => one.reason === reason)
    if (!first) return []
    return [{ ...first, servers: [first, ...others].flatMap(({ servers }) => servers) }]
  })
}

function brokenAmong(
  view: ResultsView,
  servers: readonly ServerFacts[],
  { client, probe, verdict }: Row,
): Broken[] {
  const hits = servers.filter((server) => view.cell(server, client, probe)?.verdict === verdict)
  const newest = hits.at(-1)
  const cell = newest && view.cell(newest, client, probe)
  return cell ? [{ client, servers: hits, newest, reason: cell.reason }] : []
}

type NonEmpty<T> = [T, ...T[]]

function groupAlike(broken: readonly Broken[]): NonEmpty<Broken>[] {
  const groups = new Map<string, NonEmpty<Broken>>()
  for (const one of broken) {
    const key = JSON.stringify([one.reason, one.servers.map(({ id }) => id)])
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}
