/** Servers in few words. */
import type { ServerFacts } from '../../core/result.js'

/** `10–13, 17`: neighbours in the order of the site are joined. */
export function serverRange(some: readonly ServerFacts[], all: readonly ServerFacts[]): string {
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
