/** What was published before, under the ids of today: what was renamed alone has not changed. */
import { formerClientIds } from '../../core/former.js'
import type { Header } from '../../core/result.js'
import type { Previous } from './publication.js'

/** Old ids to those of today. */
type Renames = ReadonlyMap<string, string>

export function underNewIds(previous: Previous, { families, clients, probes }: Header): Previous {
  const newProbes = renames(probes.map(({ id, formerly }) => [id, formerly]))
  const newClients = renames(clients.map(({ id }) => [id, formerClientIds(id, families)]))
  if (newProbes.size + newClients.size === 0) return previous
  const { names, cells } = previous
  return {
    ...previous,
    names: {
      ...names,
      probe: rekeyed(names.probe, newProbes),
      client: rekeyed(names.client, newClients),
      family: rekeyed(names.family, newClients),
    },
    cells: cells.map((cell) => ({
      ...cell,
      probe: newProbes.get(cell.probe) ?? cell.probe,
      client: newClients.get(cell.client) ?? cell.client,
    })),
  }
}

function renames(all: readonly (readonly [id: string, former: readonly string[]])[]): Renames {
  return new Map(all.flatMap(([id, former]) => former.map((old) => [old, id] as const)))
}

function rekeyed(names: ReadonlyMap<string, string>, renames: Renames): ReadonlyMap<string, string> {
  return new Map([...names].map(([id, name]) => [renames.get(id) ?? id, name]))
}
