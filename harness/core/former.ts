/** What is called otherwise now. Ids are permanent addresses: one that was renamed is found under its old name too. */

/** A probe, or a family of clients. */
export interface Renamed {
  readonly id: string
  /** Ids that it had before; absent where there was none. */
  readonly formerly?: readonly string[] | undefined
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
