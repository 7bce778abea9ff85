/** Servers in few words. */
import type { Pooler } from './matrix.js'
import type { ServerFacts } from './result.js'

/** `PostgreSQL 17.10 behind PgBouncer in transaction mode` */
export function serverName({ version, pooler }: ServerFacts): string {
  return `PostgreSQL ${version}${pooler === null ? '' : ` behind ${BEHIND[pooler]}`}`
}

const BEHIND: Readonly<Record<Pooler, string>> = {
  pgbouncer: 'PgBouncer in transaction mode',
  'pgbouncer-tracking': 'PgBouncer in transaction mode that keeps track of prepared statements',
}

/** `10–13, 17, 17+pgbouncer`: neighbours in the order of the site are joined; what is behind a pooler is no neighbour of a release. */
export function serverRange(some: readonly ServerFacts[], all: readonly ServerFacts[]): string {
  const pooled = some.filter(({ pooler }) => pooler !== null).map(({ id }) => id)
  const direct = rangeOf(
    some,
    all.filter(({ pooler }) => pooler === null),
  )
  return [...(direct ? [direct] : []), ...pooled].join(', ')
}

function rangeOf(some: readonly ServerFacts[], all: readonly ServerFacts[]): string {
  const runs = all.reduce<ServerFacts[][]>(
    (sofar, server) => {
      if (!some.includes(server)) return sofar.at(-1)?.length === 0 ? sofar : [...sofar, []]
      return [...sofar.slice(0, -1), [...(sofar.at(-1) ?? []), server]]
    },
    [[]],
  )
  return runs
    .filter((run) => run.length > 0)
    .map(runText)
    .join(', ')
}

function runText(run: readonly ServerFacts[]): string {
  const [first, last] = [run[0]?.id ?? '', run.at(-1)?.id ?? '']
  if (run.length === 1) return first
  return run.length === 2 ? `${first}, ${last}` : `${first}–${last}`
}
