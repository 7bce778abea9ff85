/** One part of a run: which clients it has, and what it says of the whole. */
import { createHash } from 'node:crypto'
import { onlyClients, plannedIds, type Plan } from '../core/plan.js'
import { UsageError } from '../core/runtime.js'
import {
  parseShard,
  shardFromEnv,
  shardName,
  shards,
  wholeOf,
  type Costs,
  type Shard,
} from '../core/shard.js'
import { loadCosts } from '../load/costs.js'
import { formatProblem } from '../load/problem.js'

/** Of `--shard`: `2/4`, or `auto`. @throws UsageError */
export function shardWord(word: string | undefined): Shard | undefined {
  if (word === undefined) return undefined
  const shard = word === 'auto' ? shardHere(process.env) : parseShard(word)
  if (shard) return shard
  throw new UsageError(`--shard ${word}: a part is named like 2/4, the second of four, or auto`)
}

/** @throws UsageError where nothing around says which part this is. */
function shardHere(env: Readonly<Record<string, string | undefined>>): Shard {
  const shard = shardFromEnv(env)
  if (shard) return shard
  throw new UsageError(
    'no shard here: --shard auto reads PGMATRIX_SHARD (such as 2/4), CI_NODE_INDEX and CI_NODE_TOTAL (GitLab), or JOB_COMPLETION_INDEX with PGMATRIX_SHARDS (Kubernetes). Name it: --shard 2/4',
  )
}

/** @param folder matrix folder @throws UsageError */
export async function readCosts(folder: string): Promise<Costs> {
  const { costs, problems } = await loadCosts(folder)
  if (problems.length > 0) throw new UsageError(problems.map(formatProblem).join('\n'))
  return new Map(Object.entries(costs))
}

/** @throws UsageError where it has no client. */
export function shardOf(plan: Plan, shard: Shard, costs: Costs): Plan {
  const part = shards(plan, shard.of, costs)[shard.index - 1]
  if (!part || part.cells === 0)
    throw new UsageError(
      `shard ${shardName(shard)} has nothing to do: there are ${plan.clients.length} clients, and each is in one shard. Take fewer shards.`,
    )
  return onlyClients(plan, part.clients, { ...shard, ...wholeOf(plan), plan: planDigest(plan) })
}

/** Of what would be asked of whom on what: parts of another matrix, or of another state of it, are none of these. */
function planDigest(plan: Plan): string {
  const { servers, clients, probes } = plan
  const content = JSON.stringify([plannedIds(plan), servers, clients, probes], told)
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

/** Places name files as they are seen from where the program was started. */
function told(key: string, value: unknown): unknown {
  if (key === 'place') return undefined
  return value instanceof Map ? [...value] : value
}
