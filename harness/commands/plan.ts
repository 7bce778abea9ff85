/** `pgmatrix plan`: what a run would do, without doing it. */
import type { Matrix } from '../core/matrix.js'
import { makePlan, plannedCells, plannedIds, type Plan } from '../core/plan.js'
import { UsageError } from '../core/runtime.js'

/** @throws UsageError where the selectors match nothing. */
export function planFor(matrix: Matrix, patterns: readonly string[]): Plan {
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
