/** `pgmatrix plan`: what a run would do, without doing it. */
import { renamedIn } from '../core/renamed-in.js'
import type { Matrix } from '../core/matrix.js'
import { makePlan, plannedCells, plannedIds, type Plan } from '../core/plan.js'
import { UsageError } from '../core/runtime.js'
import { imbalance, shards, type Costs } from '../core/shard.js'
import { readCosts, shardOf, shardWord } from './shard.js'
import { matrixFolder, openMatrix } from './workspace.js'

export interface PlanWords {
  readonly patterns: readonly string[]
  readonly matrix: string | undefined
  /** Number of machines. */
  readonly shards?: number
  /** `2/4` or `auto`. */
  readonly shard?: string
}

/** @throws UsageError */
export async function plan(words: PlanWords): Promise<{ text: string; json: unknown }> {
  const { patterns, matrix, shards: machines } = words
  const whole = planFor(await openMatrix(matrix), patterns)
  const costs = await readCosts(matrixFolder(matrix))
  if (machines !== undefined) return describeShards(whole, machines, costs)
  const shard = shardWord(words.shard)
  return describePlan(shard ? shardOf(whole, shard, costs) : whole)
}

/** @throws UsageError where the selectors match nothing, or one names what is called otherwise now. */
export function planFor(matrix: Matrix, patterns: readonly string[]): Plan {
  const renamed = patterns.flatMap((pattern) => {
    const sentences = renamedIn(pattern, matrix)
    return sentences.length === 0 ? [] : [`${pattern} matches no cell: ${sentences.join('; ')}`]
  })
  if (renamed.length > 0) throw new UsageError(renamed.join('\n'))
  const plan = makePlan(matrix, patterns)
  if (plan.units.length > 0) return plan
  throw new UsageError(
    `no cell matches ${patterns.join(' ')}: a selector is server/client/probe, such as '17/psycopg2-*/json-*'; \`pgmatrix plan\` lists what there is`,
  )
}

export function describePlan(plan: Plan): { text: string; json: unknown } {
  const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)
  const [servers, clients, probes] = [ids(plan.servers), ids(plan.clients), ids(plan.probes)]
  const cells = plannedCells(plan).length
  const previews = plan.servers.filter(({ preview }) => preview).map(({ id }) => id)
  const text = [
    `${cells} cells`,
    `servers (${servers.length}): ${servers.join(' ')}`,
    ...previews.map((id) => `  ${id} is a preview: a run leaves it out where its runtime has none`),
    `clients (${clients.length}): ${clients.join(' ')}`,
    `probes (${probes.length}): ${probes.join(' ')}`,
  ].join('\n')
  return { text, json: { servers, clients, probes, cells: plannedIds(plan) } }
}

/** How a plan is dealt out to `of` machines, and how evenly. */
export function describeShards(plan: Plan, of: number, costs: Costs): { text: string; json: unknown } {
  const parts = shards(plan, of, costs)
  const json = parts.map(({ clients, cost, ...part }) => ({
    ...part,
    seconds: Math.round(cost / 1000),
    clients: [...clients],
  }))
  const lines = json.map(
    ({ index, clients, cells, seconds }) =>
      `${index}/${of}  ${cells} cells of ${clients.length} clients, ${seconds} s one after the other`,
  )
  const evenly = `the slowest takes ${imbalance(parts).toFixed(2)} times as long as the mean`
  return { text: [...lines, evenly].join('\n'), json: { imbalance: imbalance(parts), shards: json } }
}
