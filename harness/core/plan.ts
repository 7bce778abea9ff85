/** What a run is going to do: cells in the order in which they run. */
import { asks } from './asked.js'
import { cellId, type CellId } from './ids.js'
import {
  CLIENT_KINDS,
  PROFILES,
  type Client,
  type Matrix,
  type Probe,
  type ProfiledServer,
  type Server,
} from './matrix.js'
import type { ShardFacts } from './result.js'
import { selector } from './selector.js'

/** One client on some servers: the unit that a worker process executes. */
export interface Unit {
  readonly client: Client
  readonly columns: readonly Column[]
}

export interface Column extends ProfiledServer {
  readonly probes: readonly Probe[]
}

export interface Plan {
  readonly matrix: Matrix
  readonly patterns: readonly string[]
  readonly servers: readonly Server[]
  readonly clients: readonly Client[]
  readonly probes: readonly Probe[]
  readonly units: readonly Unit[]
  /** Where it is one part of a larger one. */
  readonly shard?: ShardFacts
}

/** Servers, clients and probes that no selected cell needs are left out. */
export function makePlan(matrix: Matrix, patterns: readonly string[]): Plan {
  const selects = selector(patterns)
  const units = matrix.clients.map((client) => ({ client, columns: columnsOf(matrix, client, selects) }))
  return planOf(matrix, patterns, units)
}

/** What is left of a plan without some of its cells. */
export function withoutCells(plan: Plan, isLeftOut: (cell: CellId) => boolean): Plan {
  const units = plan.units.map(({ client, columns }) => ({
    client,
    columns: columns.map((column) => ({
      ...column,
      probes: column.probes.filter(
        (probe) => !isLeftOut({ server: column.server.id, client: client.id, probe: probe.id }),
      ),
    })),
  }))
  return { ...planOf(plan.matrix, plan.patterns, units), ...shardIn(plan) }
}

/** One part of it. */
export function onlyClients(plan: Plan, ids: ReadonlySet<string>, shard: ShardFacts): Plan {
  const units = plan.units.filter(({ client }) => ids.has(client.id))
  return { ...planOf(plan.matrix, plan.patterns, units), shard }
}

function shardIn({ shard }: Plan): Pick<Plan, 'shard'> {
  return shard === undefined ? {} : { shard }
}

function planOf(matrix: Matrix, patterns: readonly string[], all: readonly Unit[]): Plan {
  const units = all
    .map((unit) => ({ ...unit, columns: unit.columns.filter(({ probes }) => probes.length > 0) }))
    .filter(({ columns }) => columns.length > 0)
  const columns = units.flatMap((unit) => unit.columns)
  const probes = new Set(columns.flatMap((column) => column.probes))
  const servers = new Set(columns.map((column) => column.server))
  return {
    matrix,
    patterns,
    units,
    clients: units.map(({ client }) => client),
    servers: matrix.servers.filter((server) => servers.has(server)),
    probes: matrix.probes.filter((probe) => probes.has(probe)),
  }
}

function columnsOf(matrix: Matrix, client: Client, selects: (cell: CellId) => boolean): Column[] {
  const asked = matrix.probes.filter(asks(client.family))
  return matrix.servers.flatMap((server) => {
    const selected = asked.filter(
      (probe) => runsOn(probe, server) && selects({ server: server.id, client: client.id, probe: probe.id }),
    )
    return PROFILES.map((profile) => ({
      server,
      profile,
      probes: selected.filter((probe) => probe.profile === profile),
    }))
  })
}

/** A probe that wants a server set up for itself says nothing of the pooler of another one. */
function runsOn({ profile, pooled }: Probe, { pooler }: Server): boolean {
  return pooler === undefined || (pooled && profile === 'plain')
}

/** Identifies a server with its profile: `17`, `17-for-network`; `17+pgbouncer` is a server's own id. */
export function profiledId({ server, profile }: ProfiledServer): string {
  return profile === 'plain' ? server.id : `${server.id}-for-${profile}`
}

/** What the plan's columns run on, each once, in the matrix's order. */
export function profiledServers({ servers, units }: Plan): ProfiledServer[] {
  const columns = units.flatMap((unit) => unit.columns)
  return servers.flatMap((server) =>
    PROFILES.filter((profile) =>
      columns.some((column) => column.server === server && column.profile === profile),
    ).map((profile) => ({ server, profile })),
  )
}

export function plannedCells(plan: Plan): CellId[] {
  return plan.units.flatMap(({ client, columns }) =>
    columns.flatMap(({ server, probes }) =>
      probes.map((probe) => ({ server: server.id, client: client.id, probe: probe.id })),
    ),
  )
}

export function plannedIds(plan: Plan): string[] {
  return plannedCells(plan).map(cellId)
}

/**
 * Units for a number of lanes: where there are fewer clients than lanes, a client's servers are dealt out, so that no lane idles.
 * Stacks and ORMs first: they take longest, and what is long must not be left for the end.
 */
export function dealUnits(units: readonly Unit[], lanes: number): Unit[] {
  const hands = Math.max(1, Math.ceil((2 * lanes) / Math.max(1, units.length)))
  const dealt = units.flatMap(({ client, columns }) =>
    Array.from({ length: Math.min(hands, columns.length) }, (_, hand) => ({
      client,
      columns: columns.filter((_, index) => index % hands === hand),
    })),
  )
  return dealt.toSorted((a, b) => weight(b) - weight(a))
}

function weight({ client }: Unit): number {
  return CLIENT_KINDS.indexOf(client.family.kind)
}
