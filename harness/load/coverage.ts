/** Which clients have nothing in which probe. */
import type { Matrix } from '../core/matrix.js'
import { entryFor } from '../core/recipe-key.js'

export interface Gap {
  readonly probe: string
  /** Ids of the clients without a recipe or an absence, in the matrix's order. */
  readonly clients: readonly string[]
}

/** Empty where every client has an entry in every probe. A gap is no problem of a matrix: its cells are `not-run` and say so. */
export function coverage(matrix: Matrix): Gap[] {
  return matrix.probes.flatMap((probe) => {
    const asked = matrix.clients.filter(
      ({ family }) => !family.withoutRecipes && probe.kinds.includes(family.kind),
    )
    const clients = asked.filter((client) => !entryFor(probe, client)).map(({ id }) => id)
    return clients.length === 0 ? [] : [{ probe: probe.id, clients }]
  })
}
