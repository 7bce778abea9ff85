/** In small under a cell of the matrix: the verdicts of all servers that have the cell, oldest first, where they are not all the same. */
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { serverRange } from '../../core/server-range.js'
import { type Verdict, VERDICTS } from '../../core/verdict.js'
import type { ResultsView } from './view.js'

/** A drawing that any number of cells may show. */
export interface Strip {
  readonly id: string
  readonly width: number
  /** Neighbours with one verdict are one bar. */
  readonly bars: readonly { readonly verdict: Verdict | null; readonly x: number; readonly width: number }[]
}

export interface StripOf {
  readonly strip: string
  /** `native on 14–18, server on 10–13` */
  readonly words: string
}

/** Strips are made as cells ask for them; each drawing once. */
export interface Strips {
  readonly drawn: readonly Strip[]
  of(client: ClientFacts, probe: ProbeFacts): StripOf | null
}

export function strips(view: ResultsView): Strips {
  const drawn: Strip[] = []
  const known = new Map<string, StripOf>()
  return {
    drawn,
    of: (client, probe) => {
      const verdicts = verdictsOf(view, client, probe)
      if (verdicts === null) return null
      const key = verdicts.join()
      const before = known.get(key)
      if (before) return before
      const id = `strip-${drawn.length + 1}`
      drawn.push({ id, width: verdicts.length, bars: barsOf(verdicts) })
      const made = { strip: id, words: wordsOf(verdicts, view.servers) }
      known.set(key, made)
      return made
    },
  }
}

type Verdicts = readonly (Verdict | null)[]

/** One for each server; null where they are alike. Kept: each server's page asks for all of them. */
function verdictsOf(view: ResultsView, client: ClientFacts, probe: ProbeFacts): Verdicts | null {
  const ofView = kept.get(view) ?? new Map<ClientFacts, Map<ProbeFacts, Verdicts | null>>()
  kept.set(view, ofView)
  const known = ofView.get(client) ?? new Map<ProbeFacts, Verdicts | null>()
  ofView.set(client, known)
  const before = known.get(probe)
  if (before !== undefined) return before
  const verdicts = view.servers.map((server) => view.cell(server, client, probe)?.verdict ?? null)
  const found = new Set(verdicts.filter((verdict) => verdict !== null))
  const differing = found.size > 1 ? verdicts : null
  known.set(probe, differing)
  return differing
}

const kept = new WeakMap<ResultsView, Map<ClientFacts, Map<ProbeFacts, Verdicts | null>>>()

function barsOf(verdicts: Verdicts): Strip['bars'] {
  return verdicts.reduce<Strip['bars']>((bars, verdict, x) => {
    const last = bars.at(-1)
    if (last?.verdict !== verdict) return [...bars, { verdict, x, width: 1 }]
    return [...bars.slice(0, -1), { ...last, width: last.width + 1 }]
  }, [])
}

function wordsOf(verdicts: Verdicts, servers: readonly ServerFacts[]): string {
  return VERDICTS.flatMap((verdict) => {
    const some = servers.filter((_, index) => verdicts[index] === verdict)
    return some.length === 0 ? [] : [`${verdict} on ${serverRange(some, servers)}`]
  }).join(', ')
}
