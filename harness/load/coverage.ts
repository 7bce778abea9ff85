/** Which clients have nothing in which probe. */
import { asks } from '../core/asked.js'
import type { Matrix } from '../core/matrix.js'
import { entryFor } from '../core/recipe-key.js'

export interface Gap {
  readonly probe: string
  /** Ids of the clients without a recipe or an absence, in the matrix's order. */
  readonly clients: readonly string[]
}

/** Empty where every client has an entry in every probe. A gap is no problem of a matrix: its cells are `not-run` and say so. */
export function coverage(matrix: Matrix): Gap[] {
  const clients = matrix.clients
    .filter(({ family }) => !family.withoutRecipes)
    .map((client) => ({ client, isAsked: asks(client.family) }))
  return matrix.probes.flatMap((probe) => {
    const without = clients.filter(({ client, isAsked }) => isAsked(probe) && !entryFor(probe, client))
    return without.length === 0 ? [] : [{ probe: probe.id, clients: without.map(({ client }) => client.id) }]
  })
}
