/** The reviewed record: verdicts as ranges of servers, one entry per family of clients. Written by `accept`, compared by `check`. */
import { z } from 'zod'
import { cellId, isForeign, isPooled, type CellId } from './ids.js'
import { describeStrip, type Strip } from './ranges.js'
import { VERDICTS, type Verdict } from './verdict.js'

/** What the record says of a cell. */
export interface Judged extends CellId {
  readonly verdict: Verdict
}

/** A preview changes every few weeks, and somebody else's server is nobody's record. */
export function isRecorded({ id, preview }: { readonly id: string; readonly preview: boolean }): boolean {
  return !preview && !isForeign(id)
}

/** Stands for the clients of a family that a feature does not name. */
export const OTHERS = '*'

/** `native 14-18, server 10-13`; `none` where a client is not asked. */
const strips = z.string().max(500)
export const familyRecordSchema = z.strictObject({
  /** Oldest first; a range such as `14-18` counts along them, but for those behind a pooler, which are named. */
  servers: z.array(z.string()).min(1),
  clients: z.array(z.string()).min(1),
  /** By the id of the probe: of all clients, or of each, where `*` is all that have no line of their own. */
  features: z.record(z.string(), z.union([strips, z.record(z.string(), strips)])),
})
export type FamilyRecord = z.infer<typeof familyRecordSchema>

export interface RecordAxes {
  /** Ids of servers and clients in the order in which they are written. */
  readonly servers: readonly string[]
  readonly clients: readonly string[]
}

/** @param cells of one family; servers and clients that have none are left out */
export function recordOf(cells: readonly Judged[], axes: RecordAxes): FamilyRecord {
  const asked = {
    servers: new Set(cells.map(({ server }) => server)),
    clients: new Set(cells.map(({ client }) => client)),
  }
  const servers = axes.servers.filter((id) => asked.servers.has(id))
  const clients = axes.clients.filter((id) => asked.clients.has(id))
  const verdicts = new Map(cells.map((cell) => [cellId(cell), cell.verdict]))
  const probes = [...new Set(cells.map(({ probe }) => probe))].toSorted()
  const stripOf = (client: string, probe: string): Strip =>
    servers.map((server) => ({
      server,
      verdict: verdicts.get(cellId({ server, client, probe })) ?? null,
      pooled: isPooled(server),
    }))
  const features = probes.map((probe) => {
    const strip = clients.map(
      (client) => [client, describeStrip(stripOf(client, probe)) || NOT_ASKED] as const,
    )
    return [probe, folded(strip)] as const
  })
  return { servers, clients, features: Object.fromEntries(features) }
}

const NOT_ASKED = 'none'

/** What most clients have is said once. */
function folded(strips: readonly (readonly [string, string])[]): string | Record<string, string> {
  const counts = new Map<string, number>()
  for (const [, text] of strips) counts.set(text, (counts.get(text) ?? 0) + 1)
  const [usual = NOT_ASKED] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? []
  const others = strips.filter(([, text]) => text !== usual)
  return others.length === 0 ? usual : { [OTHERS]: usual, ...Object.fromEntries(others) }
}

/** Something in a record that cannot be read; `path` leads to it. */
export interface RecordFault {
  readonly path: readonly string[]
  readonly message: string
}

/** Every cell that the record speaks of. */
export function cellsOf(record: FamilyRecord): { cells: Judged[]; faults: RecordFault[] } {
  const cells: Judged[] = []
  const faults: RecordFault[] = []
  for (const [probe, said] of Object.entries(record.features)) {
    const byClient = typeof said === 'string' ? { [OTHERS]: said } : said
    const path = (client: string) => ['features', probe, ...(typeof said === 'string' ? [] : [client])]
    for (const client of Object.keys(byClient))
      if (client !== OTHERS && !record.clients.includes(client))
        faults.push({ path: path(client), message: `${client} is not one of the clients above` })
    for (const client of record.clients) {
      const key = Object.hasOwn(byClient, client) ? client : OTHERS
      const parsed = parseStrip(byClient[key] ?? NOT_ASKED, record.servers)
      if (typeof parsed === 'string') faults.push({ path: path(key), message: parsed })
      else cells.push(...parsed.map((one) => ({ ...one, client, probe })))
    }
  }
  return { cells, faults }
}

interface OnServer {
  readonly server: string
  readonly verdict: Verdict
}

/** What is wrong with it, where it cannot be read. */
function parseStrip(text: string, servers: readonly string[]): OnServer[] | string {
  if (text === NOT_ASKED) return []
  const found: OnServer[] = []
  for (const part of text.split(', ')) {
    const [word, ...spans] = part.split(' ')
    const verdict = VERDICTS.find((one) => one === word)
    if (verdict === undefined) return `"${word}" is no verdict; there are ${VERDICTS.join(', ')}`
    for (const span of spans) {
      const named = serversOf(span, servers)
      if (!named) return `"${span}" is no server or range of the servers above: ${servers.join(' ')}`
      found.push(...named.map((server) => ({ server, verdict })))
    }
  }
  const twice = found.find(({ server }, index) => found.findIndex((one) => one.server === server) < index)
  return twice ? `${twice.server} has two verdicts` : found
}

function serversOf(span: string, servers: readonly string[]): readonly string[] | undefined {
  if (servers.includes(span)) return [span]
  const direct = servers.filter((id) => !isPooled(id))
  const [first, last, more] = span.split('-').map((id) => direct.indexOf(id))
  if (first === undefined || last === undefined || more !== undefined) return undefined
  return first < 0 || last < first ? undefined : direct.slice(first, last + 1)
}
