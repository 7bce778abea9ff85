/** Compares results with what was published before. */
import { amiss, CHANGES, type Difference, differences } from '../../core/difference.js'
import type { Results } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import { clientTitle, type ResultsView } from '../models/view.js'
import { urn } from './urn.js'
import {
  type Arrival,
  type ChangeRow,
  type Previous,
  type PreviousNames,
  type Publication,
  PUBLICATIONS_KEPT,
  type PublishedRun,
} from './publication.js'

/** Rows kept of each kind of change: where one run was a selection, thousands are gone. */
const ROWS_KEPT = 300

/** What a comparison needs of results that were published: without their evidence, which is most of them. */
export function previousOf(results: Results, publications: readonly Publication[]): Previous {
  const { cells, header } = results
  return {
    run: runOf(results),
    names: namesOf(header),
    cells: cells.map(({ server, client, probe, verdict, reason }) => ({
      ...{ server, client, probe, verdict, reason: amiss(reason) },
    })),
    publications,
  }
}

/** Newest first; nothing is added where the same run was published before. */
export function publicationsOf(view: ResultsView, previous: Previous | null): readonly Publication[] {
  if (!previous) return []
  const { startedAt } = view.header
  if (previous.run.startedAt === startedAt) return previous.publications
  const others = previous.publications.filter(({ after }) => after.startedAt !== startedAt)
  return [publicationOf(view, previous), ...others].slice(0, PUBLICATIONS_KEPT)
}

function publicationOf(view: ResultsView, previous: Previous): Publication {
  const names = { before: previous.names, after: namesOf(view.header) }
  const arrivals = arrivalsOf(names.before, names.after)
  const arrived = new Set(arrivals.map(({ axis, id }) => `${axis} ${id}`))
  const all = differences(previous.cells, view.cells, { client: true, server: true }).filter(
    ({ server, client, probe }) =>
      ![`server ${server}`, `client ${client}`, `probe ${probe}`].some((one) => arrived.has(one)),
  )
  const rows = rowsOf(all, names)
  const kept = CHANGES.flatMap((change) => rows.filter((row) => row.change === change).slice(0, ROWS_KEPT))
  const [before, after] = [previous.run, runOf(view)]
  return {
    id: urn(JSON.stringify([before.startedAt, after.startedAt, arrivals, kept])),
    // In the order of the schema: what is read back and written again is the same to the letter.
    ...{ before, after, counts: countsOf(all), arrivals },
    ...{ rows: kept, left: rows.length - kept.length },
  }
}

function runOf({ header, complete, cells }: Pick<Results, 'header' | 'complete' | 'cells'>): PublishedRun {
  const { tool, runtime, selector, startedAt } = header
  return { tool, runtime, selector, startedAt, complete, cells: cells.length }
}

function namesOf(header: Results['header']): PreviousNames {
  return {
    server: new Map(header.servers.map((server) => [server.id, serverName(server)])),
    client: new Map(header.clients.map((client) => [client.id, clientTitle(header, client)])),
    probe: new Map(header.probes.map(({ id, title }) => [id, title])),
    family: new Map(header.clients.map(({ id, family }) => [id, family])),
  }
}

const AXES = ['server', 'client', 'probe'] as const

function arrivalsOf(before: PreviousNames, after: PreviousNames): Arrival[] {
  const lacking = (some: PreviousNames, other: PreviousNames, change: Arrival['change']) =>
    AXES.flatMap((axis) =>
      [...some[axis]]
        .filter(([id]) => !other[axis].has(id))
        .map(([id, title]) => {
          const family = axis === 'client' ? (some.family.get(id) ?? null) : null
          return { change, axis, id, title, family }
        }),
    )
  return [...lacking(after, before, 'appeared'), ...lacking(before, after, 'gone')]
}

interface BothNames {
  readonly before: PreviousNames
  readonly after: PreviousNames
}

function rowsOf(all: readonly Difference[], { before, after }: BothNames): ChangeRow[] {
  const rows = new Map<string, ChangeRow & { servers: string[] }>()
  for (const { change, probe, client, server, ...sides } of all) {
    if (client === null || server === null) continue
    const [from, to] = [sides.before?.verdict ?? null, sides.after?.verdict ?? null]
    const key = JSON.stringify([change, probe, client, from, to])
    const row = rows.get(key)
    if (row) {
      row.servers.push(server)
      continue
    }
    const name = (axis: keyof PreviousNames, id: string) => after[axis].get(id) ?? before[axis].get(id) ?? id
    const reason = amiss((change === 'better' ? sides.before : sides.after)?.reason ?? '')
    rows.set(key, {
      ...{ change, probe, title: name('probe', probe), client, clientTitle: name('client', client) },
      ...{ family: name('family', client), servers: [server], from, to, reason },
    })
  }
  return [...rows.values()]
}

function countsOf(all: readonly Difference[]): Publication['counts'] {
  const count = (change: Difference['change']) => all.filter((one) => one.change === change).length
  const [worse, better, moved] = [count('worse'), count('better'), count('moved')]
  return { worse, better, moved, gone: count('gone'), appeared: count('appeared') }
}
