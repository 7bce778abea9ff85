/** What of a plan something would keep from running. */
import type { Client } from './matrix.js'
import type { Column, Plan } from './plan.js'

export interface Loss {
  readonly cells: number
  /** Ids, in the plan's order. */
  readonly clients: readonly string[]
  readonly servers: readonly string[]
}

export function lossOf({ units }: Plan, isLost: (client: Client, column: Column) => boolean): Loss {
  const lost = units.flatMap(({ client, columns }) =>
    columns.filter((column) => isLost(client, column)).map((column) => ({ client, column })),
  )
  return {
    cells: lost.reduce((sum, { column }) => sum + column.probes.length, 0),
    clients: [...new Set(lost.map(({ client }) => client.id))],
    servers: [...new Set(lost.map(({ column }) => column.server.id))],
  }
}
