/** What is chosen on a page stands in its address, so that it survives a reload and can be shared. */

/** Lists are one parameter, joined with commas; what is empty has none. */
export type State = Readonly<Record<string, string>>

export function readAddress(): URLSearchParams {
  return new URLSearchParams(location.search)
}

export function readList(name: string): string[] {
  return (readAddress().get(name) ?? '').split(',').filter((part) => part !== '')
}

/** Replaces the address in place: going back leads to the page before, not through every letter of a search. */
export function writeAddress(state: State): void {
  const query = queryOf(state)
  if (query === location.search) return
  history.replaceState(null, '', `${location.pathname}${query}${location.hash}`)
}

/** `?q=jsonb&clients=asyncpg,psycopg`, or nothing; commas and `+` stay readable. */
export function queryOf(state: State): string {
  const parts = Object.entries(state)
    .filter(([, value]) => value !== '')
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%40', '@')}`,
    )
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
