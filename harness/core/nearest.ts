/** The nearest release of a client that would do: newer ones first, since a project rather goes on than back. */
import type { ChosenClient } from './chosen-clients.js'
import { compareReleases } from './order.js'
import type { SiteClient } from './site-data.js'

/** Other releases on the same families of drivers: the next newer first, then the older ones from the nearest on. */
export function candidatesFor({ releases, requirement, tested }: ChosenClient): SiteClient[] {
  const own = tested.kind === 'allowed' ? tested.version : requirement.pinned
  if (own === null) return []
  const others = releases
    .filter((release, index) => releases.findIndex(({ version }) => version === release.version) === index)
    .toSorted((a, b) => compareReleases(a.version, b.version))
  const newer = others.filter(({ version }) => compareReleases(version, own) > 0)
  const older = others.filter(({ version }) => compareReleases(version, own) < 0)
  return [...newer, ...older.toReversed()]
}

/** Its title, null where none would do. */
export function nearestThat(
  candidates: readonly SiteClient[],
  would: (release: SiteClient) => boolean,
): string | null {
  return candidates.find(would)?.title ?? null
}
