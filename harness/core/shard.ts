/** A run in parts on several machines: whole clients, dealt out so that all parts take about as long. */
import type { ClientKind } from './matrix.js'
import { plannedCells, type Plan } from './plan.js'
import type { ShardFacts } from './result.js'

/** Counted from 1. */
export interface Shard {
  readonly index: number
  readonly of: number
}

/** More than there are clients is a slip. */
const MOST = 1000

/** `2/4`; undefined where it is nothing of the kind. */
export function parseShard(text: string): Shard | undefined {
  const match = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text.trim())
  const [index, of] = [Number(match?.[1]), Number(match?.[2])]
  return match && index <= of && of <= MOST ? { index, of } : undefined
}

export function shardName({ index, of }: Shard): string {
  return `${index}/${of}`
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * The shard of a job of GitLab CI (`parallel:`), of an Indexed Job of Kubernetes, which must be told how many there are, or of any
 * other that says so.
 * https://docs.gitlab.com/ci/variables/predefined_variables/
 * https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
 */
export function shardFromEnv(env: Env): Shard | undefined {
  if (env.PGMATRIX_SHARD) return parseShard(env.PGMATRIX_SHARD)
  if (env.CI_NODE_INDEX && env.CI_NODE_TOTAL) return parseShard(`${env.CI_NODE_INDEX}/${env.CI_NODE_TOTAL}`)
  if (env.JOB_COMPLETION_INDEX && env.PGMATRIX_SHARDS)
    return parseShard(`${Number(env.JOB_COMPLETION_INDEX) + 1}/${env.PGMATRIX_SHARDS}`)
  return undefined
}

/** Milliseconds that a cell of a client took, by client id, as recorded. */
export type Costs = ReadonlyMap<string, number>

/** What a client of a kind is taken to cost where nothing was recorded. */
const GUESS: Readonly<Record<ClientKind, number>> = { driver: 30, orm: 60, stack: 1500 }

/** What of a unit decides its cost. */
export interface Weighed {
  readonly client: { readonly id: string; readonly family: { readonly kind: ClientKind } }
  readonly columns: readonly { readonly probes: readonly unknown[] }[]
}

/** Milliseconds. */
function costOf({ client, columns }: Weighed, costs: Costs): number {
  const cells = columns.reduce((sum, { probes }) => sum + probes.length, 0)
  return cells * (costs.get(client.id) ?? GUESS[client.family.kind])
}

export interface ShardPart extends Shard {
  /** Ids of clients. */
  readonly clients: ReadonlySet<string>
  readonly cost: number
  readonly cells: number
}

/** The dearest client first, always to the part that has least to do: the same everywhere for the same plan and costs. */
export function shards(
  plan: { readonly units: readonly Weighed[] },
  of: number,
  costs: Costs,
): readonly ShardPart[] {
  const parts = Array.from({ length: of }, (_, n) => ({
    index: n + 1,
    clients: new Set<string>(),
    cost: 0,
    cells: 0,
  }))
  const dear = plan.units
    .map((unit) => ({ unit, cost: costOf(unit, costs) }))
    .toSorted((a, b) => b.cost - a.cost || compare(a.unit.client.id, b.unit.client.id))
  for (const { unit, cost } of dear) {
    const idle = parts.reduce((least, part) => (part.cost < least.cost ? part : least))
    idle.clients.add(unit.client.id)
    idle.cost += cost
    idle.cells += unit.columns.reduce((sum, { probes }) => sum + probes.length, 0)
  }
  return parts.map((part) => ({ ...part, of }))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** How much longer the slowest part takes than the mean. */
export function imbalance(parts: readonly ShardPart[]): number {
  const total = parts.reduce((sum, { cost }) => sum + cost, 0)
  return total === 0 ? 1 : (Math.max(...parts.map(({ cost }) => cost)) * parts.length) / total
}

/** What all parts say alike: how many cells there are, and in which order one run of all would have what they consist of. */
export function wholeOf(plan: Plan): Pick<ShardFacts, 'cells' | 'order'> {
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)
  const families = new Set(plan.clients.map(({ family }) => family.id))
  return {
    cells: plannedCells(plan).length,
    order: {
      groups: [...plan.matrix.groups],
      servers: ids(plan.servers),
      families: [...families],
      clients: ids(plan.clients),
      probes: ids(plan.probes),
    },
  }
}
