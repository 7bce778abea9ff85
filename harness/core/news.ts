/** What is newer in the registries than in the matrix, and what is past its time: decided from what the registries said. */
import type { Family, Release, Server } from './matrix.js'
import { compareReleases } from './order.js'
import { inRange, lowestVersion, parseRange } from './python-range.js'

/** A newer release of a family. */
export interface ReleaseNews {
  readonly family: string
  /** The newest release that the matrix has. */
  readonly from: string
  readonly to: string
  /** `2026-11-20`; null where the index does not say. */
  readonly date: string | null
}

/** @param found the newest that the index has; undefined where nothing fits */
export function releaseNews(
  family: Family,
  found: { readonly version: string; readonly date: string | null } | undefined,
): ReleaseNews | undefined {
  const { version: from } = newestOf(family)
  if (!found || compareReleases(found.version, from) <= 0) return undefined
  return { family: family.id, from, to: found.version, date: found.date }
}

/** Of the releases of the matrix. @throws RangeError for a family without any, which no matrix has */
export function newestOf({ id, releases }: Family): Release {
  const newest = releases.toSorted((a, b) => compareReleases(a.version, b.version)).at(-1)
  if (!newest) throw new RangeError(`${id} has no releases`)
  return newest
}

/** A form that the matrix can have: no post-release, no epoch. */
export function isWritable(version: string): boolean {
  return /^\d+(\.\d+)*((a|b|rc)\d+)?$/.test(version)
}

/** A driver under an ORM's new release that is a newer one than under the release before. */
export interface RaisedDriver {
  readonly from: string
  readonly to: string
}

/**
 * A new release of an ORM stands on the newest stable releases of its drivers, or on those that are new with it. Where it has several
 * of one driver, they were chosen, and stay.
 * @param families drivers of the matrix
 */
export function raisedDrivers(
  drivers: readonly string[],
  families: readonly Family[],
  news: readonly ReleaseNews[],
): RaisedDriver[] {
  return families.flatMap((family) => {
    const known = family.releases.map(({ version }) => version)
    const under = known.filter((version) => drivers.includes(`${family.id}-${version}`))
    const [version] = under
    if (version === undefined || under.length > 1) return []
    const added = news.flatMap((one) => (one.family === family.id ? [one.to] : []))
    const newest = [...known.filter(isStable), ...added].toSorted(compareReleases).at(-1)
    if (newest === undefined || compareReleases(newest, version) <= 0) return []
    return [{ from: `${family.id}-${version}`, to: `${family.id}-${newest}` }]
  })
}

function isStable(version: string): boolean {
  return !/[a-z]/.test(version)
}

export function withRaised(drivers: readonly string[], raised: readonly RaisedDriver[]): string[] {
  return drivers.map((driver) => raised.find(({ from }) => from === driver)?.to ?? driver)
}

const MINORS = Array.from({ length: 23 }, (_, index) => `3.${index + 8}`)

/** Pythons of a range, oldest first: `3.9`, `3.10`; of one without an upper end, the lowest alone, since nobody knows the highest. */
export function pythonsIn(range: string): string[] {
  const clauses = parseRange(range) ?? []
  const inside = MINORS.filter((minor) => inRange(`${minor}.0`, clauses))
  return inside.at(-1) === MINORS.at(-1) ? [lowestVersion(clauses) ?? '3.8'] : inside
}

/** The range from another Python on: `>=3.10,<3.15`. */
export function rangeFrom(range: string, lowest: string): string {
  return /^\s*>=\s*[\d.]+/.test(range) ? range.replace(/^\s*>=\s*[\d.]+/, `>=${lowest}`) : range
}

/** Whose final release is behind us. @param today `2026-11-26` */
export function ended(servers: readonly Server[], today: string): Server[] {
  return servers.filter(({ endOfLife, pooler }) => !pooler && endOfLife !== undefined && endOfLife < today)
}

/**
 * Families whose statement of maintenance is older than a year. What says that nobody maintains it grows truer with age, and is
 * to be checked once a release came.
 */
export function toBeChecked(
  families: readonly Family[],
  news: readonly ReleaseNews[],
  today: string,
): Family[] {
  const aYearAgo = `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`
  return families.filter(({ id, maintenance }) => {
    if (maintenance?.status === 'unmaintained') return news.some(({ family }) => family === id)
    return maintenance !== undefined && maintenance.asOf < aYearAgo
  })
}
