/** What comes out again and again: a family on a driver, whatever its release. */
import type { ClientFacts } from '../../core/result.js'
import type { ResultsView } from '../models/view.js'

/** The newest release of each, under a name that stays when a newer one comes: `psycopg`, `sqlalchemy+asyncpg`. */
export function newestOfEach({ families, stacks }: ResultsView): ReadonlyMap<string, ClientFacts> {
  const newest = new Map<string, ClientFacts>()
  for (const client of [...families, ...stacks].flatMap(({ clients }) => clients)) {
    const name = seriesOf(client)
    if (!newest.has(name)) newest.set(name, client)
  }
  return newest
}

function seriesOf({ family, stack, driver }: ClientFacts): string {
  return [family, stack?.orm?.family, driver?.family].filter((part) => part !== undefined).join('+')
}
