/** Which badges there are: of each pairing, and of each feature in the newest release of each family. */
import { formerClientIds, formerSeries } from '../../core/former.js'
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { serverName, serverRange } from '../../core/server-range.js'
import { VERDICTS } from '../../core/verdict.js'
import { type Tally, tallyOn } from '../models/tally.js'
import { clientTitle, type ResultsView } from '../models/view.js'
import { featureBadge, pairingBadge } from './address.js'
import { badgeSvg, GROUNDS, PLAIN_GROUND } from './badge.js'
import { alsoAs, type DataFile } from './file.js'
import { newestOfEach } from './series.js'

export function* pairingBadges(view: ResultsView): Generator<DataFile> {
  for (const client of view.clients) for (const server of view.servers) yield* ofPairing(view, client, server)
}

export function* featureBadges(view: ResultsView): Generator<DataFile> {
  for (const [series, client] of newestOfEach(view))
    for (const probe of view.probes) yield* ofFeature(view, probe, { series, client })
}

function ofPairing(view: ResultsView, client: ClientFacts, server: ServerFacts): DataFile[] {
  const counted = tallyOn(view, client, server)
  if (counted.cells === 0) return []
  const label = `${clientTitle(view.header, client)} | PostgreSQL ${server.id}`
  const message = countsOf(counted) + partOf(view)
  const words = `${clientTitle(view.header, client)} on ${serverName(server)}: ${message}`
  const text = badgeSvg({ label, message, ground: PLAIN_GROUND, words })
  const former = formerClientIds(client.id, view.header.families)
  return [
    ...alsoAs(
      { name: pairingBadge(client.id, server.id), text },
      former.map((old) => pairingBadge(old, server.id)),
    ),
  ]
}

function countsOf({ native, decided, words }: Tally): string {
  return decided === 0 ? words : `${native} native of ${decided}`
}

interface Series {
  readonly series: string
  readonly client: ClientFacts
}

/** On the servers themselves, not behind a pooler. */
function ofFeature(view: ResultsView, probe: ProbeFacts, { series, client }: Series): DataFile[] {
  const direct = view.servers.filter(({ pooler }) => pooler === null)
  const verdicts = direct.map((server) => view.cell(server, client, probe)?.verdict)
  const parts = VERDICTS.flatMap((verdict) => {
    const servers = direct.filter((_, index) => verdicts[index] === verdict)
    return servers.length === 0 ? [] : [{ verdict, on: serverRange(servers, direct) }]
  })
  const [best] = parts
  if (!best) return []
  const message = parts.map(({ verdict, on }) => `${verdict} on ${on}`).join('; ') + partOf(view)
  const words = `${probe.title}, ${clientTitle(view.header, client)}: ${message}`
  const text = badgeSvg({ label: probe.title, message, ground: GROUNDS[best.verdict], words })
  const [name = '', ...former] = [probe.id, ...probe.formerly].flatMap((id) =>
    [series, ...formerSeries(series, view.header.families)].map((one) => featureBadge(id, one)),
  )
  return [...alsoAs({ name, text }, former)]
}

/** What a reader must know before believing a number. */
function partOf({ complete, header }: ResultsView): string {
  return complete && header.selector === null && header.shard === null ? '' : ' (partial run)'
}
