/** Which servers a client accepts. */
import type { Cell, ClientFacts, ServerFacts } from '../../core/result.js'
import { serverRange } from '../../core/server-range.js'
import type { Verdict } from '../../core/verdict.js'
import { evidenceAnchor, probePage } from './address.js'
import type { ResultsView } from './view.js'

/** What a client said to a server. */
export interface AcceptRow {
  readonly verdict: Verdict
  readonly servers: string
  readonly says: string
  readonly href: string
}

/** The probe that asks for nothing but an ordinary use. */
const GUARD = 'min-server-version-guard'

/** Where it works as on any server, and where it refuses, with what it said. */
export function acceptsOf(view: ResultsView, client: ClientFacts, root: string): AcceptRow[] {
  const cells = view
    .cellsOf('client', client.id)
    .filter(({ probe, verdict }) => probe === GUARD || verdict === 'refused')
  const said = [...new Set(cells.map(saidIn))]
  return said.flatMap((key) => {
    const alike = cells.filter((cell) => saidIn(cell) === key)
    const servers = view.servers.filter(({ id }) => alike.some(({ server }) => server === id))
    const [first] = alike
    return first ? [acceptRow(view, first, servers, root)] : []
  })
}

function saidIn({ verdict, note, reason }: Cell): string {
  return `${verdict} ${note ?? reason}`
}

function acceptRow(
  view: ResultsView,
  { verdict, note, reason, probe, client }: Cell,
  servers: readonly ServerFacts[],
  root: string,
): AcceptRow {
  const newest = servers.at(-1)?.id ?? ''
  return {
    verdict,
    servers: serverRange(servers, view.servers),
    says: verdict === 'native' ? 'connects, writes and reads' : (note ?? reason),
    href: `${root}${probePage(probe)}#${evidenceAnchor(client, newest)}`,
  }
}
