/** The way of an upgrade from one server to another, and where on it a feature gets worse. */
import { changeOf } from './difference.js'
import type { SiteServer } from './site-data.js'
import type { Verdict } from './verdict.js'

/** What a program can use, however much it has to do for it. */
const USABLE: ReadonlySet<Verdict> = new Set(['native', 'partial', 'raw'])

export function isUsable(verdict: Verdict): boolean {
  return USABLE.has(verdict)
}

/**
 * Less than before, or taken away by the server itself. What is about the run says nothing, and who refuses a server has nothing there that could get
 * worse.
 */
export function isWorse(was: Verdict, is: Verdict): boolean {
  if (was === 'refused') return false
  return changeOf(was, is) === 'worse' || (isUsable(was) && is === 'server')
}

/**
 * The servers between the two as they are upgraded one after the other, and both ends. Where one end alone is behind a pooler,
 * that changes last; no preview is a stop between them.
 * @param servers oldest first
 */
export function wayOf(servers: readonly SiteServer[], from: SiteServer, to: SiteServer): SiteServer[] {
  const last = profileOf(from) === profileOf(to) ? to.major - 1 : to.major
  const between = servers.filter(
    (server) =>
      !server.preview &&
      profileOf(server) === profileOf(from) &&
      server.major > from.major &&
      server.major <= last,
  )
  return [from, ...between, to]
}

/** `+pgbouncer` of `18+pgbouncer`, empty for a server alone. */
function profileOf({ id }: SiteServer): string {
  return id.replace(/^\d+/, '')
}

/** Where a feature gets worse. */
export interface Turn {
  /** Id of the first server from which on it is worse, to the end of the way. */
  readonly at: string
  /** Id of the last one before it of which a verdict is known. */
  readonly after: string
  /** Releases lie between the two of which nothing is known. */
  readonly gap: boolean
}

/**
 * @param verdicts of each stop of the way, null where nothing is known; the first is not
 * @returns undefined where it is not worse at the end
 */
export function turnOf(way: readonly SiteServer[], verdicts: readonly (Verdict | null)[]): Turn | undefined {
  const [was] = verdicts
  if (!was) return undefined
  const stops = way
    .map((server, index) => ({ server, verdict: verdicts[index] ?? null }))
    .filter(({ verdict }) => verdict !== null)
  const lastGood = stops.findLastIndex(({ verdict }) => verdict !== null && !isWorse(was, verdict))
  const [after, at] = [stops[lastGood]?.server, stops[lastGood + 1]?.server]
  if (!after || !at) return undefined
  return { at: at.id, after: after.id, gap: at.major - after.major > 1 }
}
