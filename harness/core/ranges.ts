/** Verdicts over servers in words: `native 14-18, server 10-13`. */
import type { Verdict } from './verdict.js'

/** One verdict per server, in the order of the servers; null where there is no cell. */
export type Strip = readonly {
  readonly server: string
  readonly verdict: Verdict | null
  /** Behind a pooler: no neighbour of a release. */
  readonly pooled: boolean
}[]

export function describeStrip(strip: Strip): string {
  const runs: { verdict: Verdict; first: string; last: string }[] = []
  let open: (typeof runs)[number] | undefined
  for (const { server, verdict, pooled } of strip) {
    if (pooled && verdict !== null) runs.push({ verdict, first: server, last: server })
    if (pooled) continue
    if (open && open.verdict === verdict) open.last = server
    else if (verdict !== null) runs.push((open = { verdict, first: server, last: server }))
    else open = undefined
  }
  const verdicts = [...new Set(runs.map(({ verdict }) => verdict))]
  return verdicts
    .map((verdict) => `${verdict} ${spans(runs.filter((run) => run.verdict === verdict))}`)
    .join(', ')
}

function spans(runs: readonly { first: string; last: string }[]): string {
  return runs.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(' ')
}
