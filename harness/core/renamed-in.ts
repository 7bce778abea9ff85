/** Says what a selector calls by a name of the past. */
import picomatch from 'picomatch'
import { formerClientIds, type Renamed } from './former.js'

export interface Named {
  readonly families: readonly Renamed[]
  readonly clients: readonly { readonly id: string }[]
  readonly probes: readonly Renamed[]
}

/** One sentence for each part of a selector that names by their old ids what is called otherwise now, and nothing else. */
export function renamedIn(selector: string, { families, clients, probes }: Named): string[] {
  const [, client = '*', probe = '*'] = selector.split('/')
  const formerClients = clients.map(({ id }) => ({ id, formerly: formerClientIds(id, families) }))
  return [...sentence('client', client, formerClients), ...sentence('probe', probe, probes)]
}

function sentence(kind: string, glob: string, known: readonly Renamed[]): string[] {
  const matches = picomatch(glob)
  const isMeant = (id: string) => id === glob || matches(id)
  if (known.some(({ id }) => isMeant(id))) return []
  const steps = known.flatMap(({ id, formerly = [] }) =>
    formerly.filter(isMeant).map((old) => `the ${kind} ${old} was renamed to ${id}`),
  )
  return steps.slice(0, 1)
}
