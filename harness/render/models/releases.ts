/** Releases of a family in few words. */
import type { ClientFacts, Header } from '../../core/result.js'
import { compareReleases } from '../../core/order.js'
import { familyTitle } from './view.js'

/**
 * `≥ 0.29`, `all releases`, `2.0.58 with asyncpg, pg8000`: a range over those of the family that are there, and what they run
 * on only where that makes a difference.
 * @param all The family's, in any order.
 */
export function releaseWords(
  header: Header,
  some: readonly ClientFacts[],
  all: readonly ClientFacts[],
): string[] {
  const footings = [...new Set(all.map((client) => footingOf(header, client)))]
  const on = (footing: string) => (client: ClientFacts) => footingOf(header, client) === footing
  const said = footings
    .map((footing) => ({ footing, words: rangeWords(some.filter(on(footing)), all.filter(on(footing))) }))
    .filter(({ words }) => words !== '')
  const words = [...new Set(said.map(({ words }) => words))]
  if (words.length === 1 && said.length === footings.length) return words
  return words.map((one) => {
    const alike = said.filter(({ words }) => words === one)
    return `${one} with ${alike.map(({ footing }) => footing).join(', ')}`
  })
}

/** What a release stands on: `asyncpg`, `SQLAlchemy on psycopg2`; empty for a driver. */
export function footingOf(header: Header, { driver, stack }: ClientFacts): string {
  const orm = stack?.orm ? `${familyTitle(header, stack.orm.family)} on ` : ''
  return driver ? `${orm}${driver.family}` : ''
}

function rangeWords(some: readonly ClientFacts[], all: readonly ClientFacts[]): string {
  const [chosen, whole] = [versionsOf(some), versionsOf(all)]
  const [first = '', last = ''] = [chosen[0], chosen.at(-1)]
  if (chosen.length <= 1) return first
  if (chosen.length === whole.length) return 'all releases'
  const [from, to] = [whole.indexOf(first), whole.indexOf(last)]
  if (to - from + 1 > chosen.length) return chosen.toReversed().join(', ')
  if (to === whole.length - 1) return `≥ ${first}`
  return from === 0 ? `≤ ${last}` : `${first}–${last}`
}

/** Oldest first. */
function versionsOf(clients: readonly ClientFacts[]): string[] {
  return [...new Set(clients.map(({ version }) => version))].toSorted(compareReleases)
}
