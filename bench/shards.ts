/**
 * `npm run bench:shards -- RESULTS [COSTS]`: how evenly the cells of a run would have been dealt out to 2, 4 and 8 machines. Dealt out
 * is by what the matrix has recorded, or by what cells cost in the results COSTS; measured is what they took in RESULTS.
 */
import { costsOf } from '../harness/core/costs.js'
import { grouped } from '../harness/core/grouped.js'
import type { Results } from '../harness/core/result.js'
import { shards, type Costs, type Weighed } from '../harness/core/shard.js'
import { loadCosts } from '../harness/load/costs.js'
import { readResults } from '../harness/results/read.js'

const [file, costsFile] = process.argv.slice(2)
if (file === undefined) throw new Error('npm run bench:shards -- RESULTS [COSTS]')
const results = await readResults(file)
const costs = costsFile === undefined ? await recorded() : costsIn(await readResults(costsFile))
const cellsOf = grouped(results.cells, ({ client }) => client)
const units = unitsOf(results)
say(
  `${results.cells.length.toLocaleString('en-US')} cells of ${units.length} clients, ${costs.size} of known cost`,
)
for (const of of [2, 4, 8]) {
  const parts = shards({ units }, of, costs).map(({ clients }) => sum([...clients].map(timeOf)))
  const mean = sum(parts) / of
  say(
    `${of} shards: the slowest takes ${(Math.max(...parts) / mean).toFixed(2)} of the mean, ${(mean / 1000).toFixed(0)} s of cells`,
  )
}

async function recorded(): Promise<Costs> {
  const { costs } = await loadCosts('matrix')
  return new Map(Object.entries(costs))
}

function costsIn({ header, cells }: Results): Costs {
  const clients = header.clients.map(({ id }) => id)
  return new Map(Object.entries(costsOf(cells, {}, clients)))
}

function unitsOf({ header }: Results): Weighed[] {
  const kinds = new Map(header.families.map(({ id, kind }) => [id, kind]))
  return header.clients.map(({ id, family }) => ({
    client: { id, family: { kind: kinds.get(family) ?? 'driver' } },
    columns: [{ probes: cellsOf.get(id) ?? [] }],
  }))
}

/** Milliseconds. */
function timeOf(client: string): number {
  return sum((cellsOf.get(client) ?? []).map(({ ms }) => ms))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
