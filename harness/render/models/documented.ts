/** What documentation says of servers and Pythons, beside what was seen. */
import type { FamilyFacts, ServerFacts } from '../../core/result.js'
import { compareReleases } from '../../core/order.js'
import { serverRange } from '../../core/server-range.js'
import { clientPage, webLink } from './address.js'
import { isConnected } from './observed.js'
import type { FamilyView, ResultsView } from './view.js'

export interface Documented {
  readonly of: 'PostgreSQL' | 'Python'
  readonly family: string
  readonly release: string
  readonly href: string
  readonly says: string
  readonly source: string | null
  /** `10–18`; null where it ran nowhere. */
  readonly seen: string | null
  /** How the two differ, in words. */
  readonly differs: readonly string[]
}

/** First and last major that a text names; null where it has no end. */
interface Range {
  readonly from: number
  readonly to: number | null
}

/** Of the newest release of each family, since that is what is documented; only where the two differ. */
export function documentedOtherwise(view: ResultsView): Documented[] {
  return view.families.flatMap((family) => [...serversOf(view, family), ...pythonsOf(family)])
}

function serversOf(view: ResultsView, { facts, clients }: FamilyView): Documented[] {
  const says = facts.documented?.servers
  const range = says ? rangeIn(says) : null
  const newest = clients.filter(({ version }) => version === clients[0]?.version)
  const [client] = newest
  if (!says || !range || !client) return []
  const servers = view.servers.filter(({ pooler }) => pooler === null)
  const asked = servers.filter(({ id }) =>
    newest.some((one) => view.cellsOf('client', one.id).some(({ server }) => server === id)),
  )
  const seen = asked.filter((server) => newest.some((one) => isConnected(view, one, server)))
  const differs = differencesOf(range, { asked, seen, all: view.servers })
  if (differs.length === 0) return []
  return [
    {
      ...{
        of: 'PostgreSQL',
        family: facts.title,
        release: client.version,
        href: clientPage(client.id),
        says,
      },
      source: sourceOf(facts),
      seen: serverRange(seen, view.servers) || null,
      differs,
    },
  ]
}

/** A client runs on one Python: that others would do as well is not known. */
function pythonsOf({ facts, clients }: FamilyView): Documented[] {
  const says = facts.documented?.pythons
  const isNamed = says ? pythonsIn(says) : null
  const newest = clients.filter(({ version }) => version === clients[0]?.version)
  const ran = newest.flatMap(({ python }) =>
    python === null ? [] : [python.split('.').slice(0, 2).join('.')],
  )
  const beyond = [...new Set(ran)].filter((python) => isNamed?.(python) === false).toSorted(compareReleases)
  const [client] = newest
  if (!says || !client || beyond.length === 0) return []
  return [
    {
      ...{ of: 'Python', family: facts.title, release: client.version, href: clientPage(client.id), says },
      source: webLink(facts.documented?.pythonsSource ?? ''),
      seen: [...new Set(ran)].toSorted(compareReleases).join(', '),
      differs: [`ran on ${beyond.join(', ')}, which is not named`],
    },
  ]
}

/**
 * Which releases of Python a sentence names: `3.9 or later`, `>= 3.8; classifiers from 3.8 to 3.13` (which are no limit), `3.10 to
 * 3.14`, `3.12, 3.13, and 3.14`. Null for other sentences.
 */
export function pythonsIn(text: string): ((minor: string) => boolean) | null {
  const open = /(?:>=\s*(3\.\d+))|(3\.\d+)(?:\+| (?:and|or) (?:higher|later|newer))/.exec(text)
  const from = open?.[1] ?? open?.[2]
  if (from !== undefined) return (minor) => compareReleases(minor, from) >= 0
  const named = (text.match(/\b3\.\d+(?![\d.])/g) ?? []).toSorted(compareReleases)
  const [first, last] = [named[0], named.at(-1)]
  if (first === undefined || last === undefined || named.length < 2) return null
  return (minor) => compareReleases(minor, first) >= 0 && compareReleases(minor, last) <= 0
}

function sourceOf({ documented }: FamilyFacts): string | null {
  return webLink(documented?.source ?? '')
}

interface Seen {
  readonly asked: readonly ServerFacts[]
  readonly seen: readonly ServerFacts[]
  readonly all: readonly ServerFacts[]
}

function differencesOf(range: Range, { asked, seen, all }: Seen): string[] {
  const isNamed = ({ major }: ServerFacts) => major >= range.from && (range.to === null || major <= range.to)
  const beyond = seen.filter((server) => !isNamed(server))
  const short = asked.filter((server) => isNamed(server) && !seen.includes(server))
  return [
    ...(short.length > 0 ? [`named, and did not run on ${serverRange(short, all)}`] : []),
    ...(beyond.length > 0 ? [`ran on ${serverRange(beyond, all)}, which is not named`] : []),
  ]
}

/**
 * The range that a sentence names: `versions 9.5 to 19`, `15 and higher`, `9.6+`, `as far back as 8.0`. Null for other
 * sentences: those stand on the page of the clients, to be read by people.
 */
export function rangeIn(text: string): Range | null {
  const closed = /(\d+(?:\.\d+)?)\s*(?:to|–|-)\s*(\d+)/.exec(text)
  if (closed) return { from: Number(closed[1]), to: Number(closed[2]) }
  const open = /(\d+(?:\.\d+)?)(?:\+| (?:and|or) (?:higher|later|newer))/.exec(text)
  const back = /as far back as (\d+(?:\.\d+)?)/.exec(text)
  const from = open?.[1] ?? back?.[1]
  return from === undefined ? null : { from: Number(from), to: null }
}
