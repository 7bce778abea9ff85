/** What is called otherwise now. Ids are permanent addresses: one that was renamed is found under its old name too. */
import picomatch from 'picomatch'

/** A probe, or a family of clients. */
export interface Renamed {
  readonly id: string
  /** Ids that it had before; absent where there was none. */
  readonly formerly?: readonly string[] | undefined
}

export interface Named {
  readonly families: readonly Renamed[]
  readonly clients: readonly { readonly id: string }[]
  readonly probes: readonly Renamed[]
}

/** Ids that a client had before its family, or one of those under it, was renamed: `psycho-2.9.13`, `django-6.1.3+psycho-2.9.13`. */
export function formerClientIds(client: string, families: readonly Renamed[]): string[] {
  return formerNames(client, families, (part, { id }) => part.startsWith(`${id}-`))
}

/** The same of families on families, without releases: `django+psycho`. */
export function formerSeries(series: string, families: readonly Renamed[]): string[] {
  return formerNames(series, families, (part, { id }) => part === id)
}

function formerNames(
  name: string,
  families: readonly Renamed[],
  isOf: (part: string, family: Renamed) => boolean,
): string[] {
  if (families.every(({ formerly = [] }) => formerly.length === 0)) return []
  const spellings = name.split('+').map((part) => {
    const family = families.find((one) => isOf(part, one))
    const former = family?.formerly?.map((old) => old + part.slice(family.id.length)) ?? []
    return [part, ...former]
  })
  const [first = [], ...rest] = spellings
  const all = rest.reduce((left, right) => left.flatMap((a) => right.map((b) => `${a}+${b}`)), first)
  return all.filter((other) => other !== name)
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
