/** Which tested releases say something about a release that a project asks for. Nothing is guessed of what lies between two that differ. */
import { compareReleases } from './order.js'
import { inRange, parseRange } from './python-range.js'
import type { Requirement } from './requirements.js'

export type Tested =
  /** This very release. */
  | { readonly kind: 'exact'; readonly version: string }
  /** Not pinned: the newest tested one that is allowed. */
  | { readonly kind: 'allowed'; readonly version: string }
  /** Between two tested ones, or beyond them, where one of the two is missing. */
  | { readonly kind: 'between'; readonly below: string | undefined; readonly above: string | undefined }
  | { readonly kind: 'none' }
  /** The range is not one that is understood here, such as one with a pre-release. */
  | { readonly kind: 'unread' }

/** @param versions tested ones, in any order */
export function testedFor({ range, pinned }: Requirement, versions: readonly string[]): Tested {
  const known = [...new Set(versions)].toSorted(compareReleases)
  if (pinned !== null) return around(pinned, known)
  const allowed = parseRange(range)
  if (!allowed) return { kind: 'unread' }
  const version = known.findLast((one) => inRange(one, allowed))
  return version === undefined ? { kind: 'none' } : { kind: 'allowed', version }
}

function around(pinned: string, known: readonly string[]): Tested {
  const exact = known.find((version) => compareReleases(version, pinned) === 0)
  if (exact !== undefined) return { kind: 'exact', version: exact }
  const below = known.findLast((version) => compareReleases(version, pinned) < 0)
  const above = known.find((version) => compareReleases(version, pinned) > 0)
  return below === undefined && above === undefined ? { kind: 'none' } : { kind: 'between', below, above }
}

/** The releases whose verdicts are shown: where there are two, only what they agree on holds. */
export function versionsOf(tested: Tested): string[] {
  if (tested.kind === 'none' || tested.kind === 'unread') return []
  if (tested.kind === 'between')
    return [tested.below, tested.above].filter((version) => version !== undefined)
  return [tested.version]
}
