/** What is called otherwise now. Ids are permanent addresses: one that was renamed is found under its old name too. */
import { frameworkOf, parseRelease, stackFamilyId } from './ids.js'

/** A probe, or a family of clients. */
export interface Renamed {
  readonly id: string
  /** Ids that it had before; absent where there was none. */
  readonly formerly?: readonly string[] | undefined
}

/** Ids that a client had before its family, or one of those under it, was renamed: `psycho-2.9.13`, `django-6.1.3+psycho-2.9.13`. */
export function formerClientIds(client: string, families: readonly Renamed[]): string[] {
  if (families.every(hasNoFormer)) return []
  const parts = client.split('+')
  return spellings(parts, (part, index) => {
    const word = parseRelease(part)?.family ?? part
    const stack = families.find(({ id }) => id === stackFamilyId(word))
    const own = families.find(({ id }) => id === word)
    // A framework stands first. Django is an ORM as well: as a framework it has two more below it.
    const family = index === 0 && (parts.length > 2 || !own) ? (stack ?? own) : own
    const former = family?.formerly ?? []
    return former.map((old) => (family === stack ? frameworkOf(old) : old) + part.slice(word.length))
  })
}

/** The same of families on families, without releases: `django+psycho`. */
export function formerSeries(series: string, families: readonly Renamed[]): string[] {
  if (families.every(hasNoFormer)) return []
  return spellings(series.split('+'), (part) => families.find(({ id }) => id === part)?.formerly ?? [])
}

function hasNoFormer({ formerly = [] }: Renamed): boolean {
  return formerly.length === 0
}

/** All ways to write it, but for the one of today. */
function spellings(
  parts: readonly string[],
  formerOf: (part: string, index: number) => readonly string[],
): string[] {
  const [first = [], ...rest] = parts.map((part, index) => [part, ...formerOf(part, index)])
  const all = rest.reduce((left, right) => left.flatMap((a) => right.map((b) => `${a}+${b}`)), first)
  return all.filter((other) => other !== parts.join('+'))
}
