/** Results, indexed for the pages: everything sorted as it is shown, every cell in one step. */
import { grouped } from '../../core/grouped.js'
import { cellId } from '../../core/ids.js'
import { CLIENT_KINDS } from '../../core/matrix.js'
import type {
  Cell,
  ClientFacts,
  FamilyFacts,
  Header,
  ProbeFacts,
  Results,
  ServerFacts,
} from '../../core/result.js'
import { UsageError } from '../../core/runtime.js'
import { groupAnchors } from './address.js'
import { compareReleases } from '../../core/order.js'

export interface ResultsView {
  readonly header: Header
  readonly complete: boolean
  readonly cells: readonly Cell[]
  /** Oldest first. */
  readonly servers: readonly ServerFacts[]
  /** Of those that are released. */
  readonly newest: ServerFacts
  /** Drivers, then ORMs. */
  readonly families: readonly FamilyView[]
  /** By framework. */
  readonly stacks: readonly FamilyView[]
  readonly groups: readonly GroupView[]
  /** Of all families and stacks. */
  readonly clients: readonly ClientFacts[]
  /** Of all groups. */
  readonly probes: readonly ProbeFacts[]
  cell(server: ServerFacts, client: ClientFacts, probe: ProbeFacts): Cell | undefined
  /** Those of one server, client, probe or verdict, in the order of all. */
  cellsOf(axis: Axis, id: string): readonly Cell[]
  /** Whether the run asked it: what was asked has cells, and in what was cut off nobody knows. */
  asked(client: ClientFacts, probe: ProbeFacts): boolean
}

type Axis = 'server' | 'client' | 'probe' | 'verdict'

export interface FamilyView {
  readonly facts: FamilyFacts
  /** Newest first; an ORM's release comes once for each driver under it. */
  readonly clients: readonly ClientFacts[]
}

export interface GroupView {
  readonly title: string
  readonly anchor: string
  readonly probes: readonly ProbeFacts[]
}

/** @throws UsageError where lines do not belong together, or where there is nothing to show. */
export function viewResults({ header, cells, complete }: Results): ResultsView {
  const servers = [...header.servers].toSorted((a, b) => a.major - b.major || (a.id < b.id ? -1 : 1))
  const released = servers.filter(({ preview }) => !preview)
  const newest = released.findLast(({ id, major }) => id === String(major)) ?? servers.at(-1)
  if (!newest) throw new UsageError('the results name no server: nothing to show; run `pgmatrix run` first')
  checkReferences(header, cells)
  // Asked some million times for a whole site: without making an id each time.
  const nested = nest(cells)
  const asked = new Map(header.clients.map(({ id }) => [id, new Set<string>()]))
  for (const { client, probe } of cells) asked.get(client)?.add(probe)
  const by: Readonly<Record<Axis, ReadonlyMap<string, readonly Cell[]>>> = {
    server: grouped(cells, ({ server }) => server),
    client: grouped(cells, ({ client }) => client),
    probe: grouped(cells, ({ probe }) => probe),
    verdict: grouped(cells, ({ verdict }) => verdict),
  }
  const all = familiesOf(header)
  const families = all.filter(({ facts }) => facts.kind !== 'stack')
  const stacks = all.filter(({ facts }) => facts.kind === 'stack')
  const groups = groupsOf(header)
  return {
    ...{ header, complete, servers, newest, cells, families, stacks, groups },
    clients: [...families, ...stacks].flatMap(({ clients }) => clients),
    probes: groups.flatMap(({ probes }) => probes),
    cell: (server, client, probe) => nested.get(server.id)?.get(client.id)?.get(probe.id),
    cellsOf: (axis, id) => by[axis].get(id) ?? [],
    asked: (client, probe) => !complete || (asked.get(client.id)?.has(probe.id) ?? false),
  }
}

type Nested = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, Cell>>>

/** By server, client and probe. */
function nest(cells: readonly Cell[]): Nested {
  const nested = new Map<string, Map<string, Map<string, Cell>>>()
  for (const cell of cells) {
    const clients = nested.get(cell.server) ?? new Map<string, Map<string, Cell>>()
    nested.set(cell.server, clients)
    const probes = clients.get(cell.client) ?? new Map<string, Cell>()
    clients.set(cell.client, probes)
    probes.set(cell.probe, cell)
  }
  return nested
}

/** Whom a probe asks. */
export function familiesAsked(view: ResultsView, probe: ProbeFacts): readonly FamilyView[] {
  const families = probe.conversation === null ? view.families : view.stacks
  return families.filter(({ clients }) => clients.some((client) => view.asked(client, probe)))
}

/** The groups with what drivers and ORMs, or with what stacks are asked alone. */
export function groupsAsking(view: ResultsView, whom: 'clients' | 'stacks'): readonly GroupView[] {
  return view.groups
    .map((group) => ({
      ...group,
      probes: group.probes.filter(({ conversation }) => (conversation !== null) === (whom === 'stacks')),
    }))
    .filter(({ probes }) => probes.length > 0)
}

/** `Django`, and `psycopg2` for the family of that name; the id where the results do not describe the family. */
export function familyTitle(header: Header, family: string): string {
  return header.families.find(({ id }) => id === family)?.title ?? family
}

/** `SQLAlchemy 2.1.9 on asyncpg 0.32.0`, `Flask 3.1.3 with SQLAlchemy 2.1.9 on psycopg2 2.9.13` */
export function clientTitle(header: Header, { family, version, driver, stack }: ClientFacts): string {
  const orm = stack?.orm ? ` with ${familyTitle(header, stack.orm.family)} ${stack.orm.version}` : ''
  const name = `${familyTitle(header, family)} ${version}${orm}`
  return driver ? `${name} on ${driver.family} ${driver.version}` : name
}

function familiesOf({ families, clients }: Header): FamilyView[] {
  return families
    .toSorted((a, b) => CLIENT_KINDS.indexOf(a.kind) - CLIENT_KINDS.indexOf(b.kind))
    .map((facts) => ({
      facts,
      clients: clients.filter(({ family }) => family === facts.id).toSorted(newestFirst),
    }))
    .filter((family) => family.clients.length > 0)
}

/** By release, newest first; drivers of one release stay in the order of the results. */
function newestFirst(a: ClientFacts, b: ClientFacts): number {
  return compareReleases(b.version, a.version)
}

function groupsOf({ groups, probes }: Header): GroupView[] {
  const titles = [...new Set([...groups, ...probes.map(({ group }) => group)])]
  const anchors = groupAnchors(titles)
  return titles
    .map((title, index) => ({
      title,
      anchor: anchors[index] ?? '',
      probes: probes.filter(({ group }) => group === title),
    }))
    .filter((group) => group.probes.length > 0)
}

function checkReferences({ servers, families, clients, probes }: Header, cells: readonly Cell[]): void {
  const known = {
    server: new Set(servers.map(({ id }) => id)),
    client: new Set(clients.map(({ id }) => id)),
    probe: new Set(probes.map(({ id }) => id)),
  }
  for (const cell of cells)
    for (const axis of ['server', 'client', 'probe'] as const)
      if (!known[axis].has(cell[axis]))
        throw new UsageError(`results: cell ${cellId(cell)} names a ${axis} that the header does not have`)
  for (const { id, family } of clients)
    if (!families.some((facts) => facts.id === family))
      throw new UsageError(
        `results: client ${id} belongs to family ${family}, which the header does not have`,
      )
}
