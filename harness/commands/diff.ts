/** `pgmatrix diff A B`: two results files, or two clients or two servers of one. */
import { differences } from '../core/difference.js'
import { renamedIn } from '../core/renamed-in.js'
import { readResults } from '../results/read.js'
import type { Results, ServerFacts } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { suggest } from '../core/suggest.js'
import type { Compared } from '../report/difference.js'

export interface DiffWords {
  readonly before: string
  readonly after: string
  /** The results that have both, where they are no files. */
  readonly results: () => Promise<string>
}

/** Whether all cells that were planned are there stands beside it. @throws UsageError */
export async function diff(words: DiffWords): Promise<Compared & { complete: boolean }> {
  const { before, after } = words
  const files = [before, after].filter(isFile)
  if (files.length === 1) throw new UsageError(`${files[0]} is a results file, and the other side is none`)
  if (files.length === 2) return betweenFiles(before, after)
  const { header, cells, complete } = await readResults(await words.results())
  for (const side of ['client', 'server'] as const) {
    const ids = (side === 'client' ? header.clients : header.servers).map(({ id }) => id)
    if (!ids.includes(before) || !ids.includes(after)) continue
    const of = (id: string) => cells.filter((cell) => cell[side] === id)
    const axis = { client: side !== 'client', server: side !== 'server' }
    return {
      ...{ before, after, axis, complete, servers: header.servers },
      differences: differences(of(before), of(after), axis),
    }
  }
  throw unknown([before, after], header)
}

const isFile = (name: string) => name.endsWith('.jsonl')

async function betweenFiles(before: string, after: string): Promise<Compared & { complete: boolean }> {
  const [left, right] = await Promise.all([readResults(before), readResults(after)])
  const axis = { client: true, server: true }
  return {
    ...{ before, after, axis },
    servers: ofBoth(left.header.servers, right.header.servers),
    complete: left.complete && right.complete,
    differences: differences(left.cells, right.cells, axis),
  }
}

function ofBoth(left: readonly ServerFacts[], right: readonly ServerFacts[]): ServerFacts[] {
  const added = right.filter(({ id }) => left.every((server) => server.id !== id))
  return [...left, ...added].toSorted((a, b) => a.major - b.major)
}

function unknown(sides: readonly string[], header: Results['header']): UsageError {
  const { clients, servers } = header
  const ids = [...clients, ...servers].map(({ id }) => id)
  const stranger = sides.find((side) => !ids.includes(side))
  if (stranger === undefined) return new UsageError(`${sides.join(' and ')} are a client and a server`)
  const [renamed] = renamedIn(`*/${stranger}`, header)
  const close = suggest(stranger, ids)
  const hint = renamed ? ` (${renamed})` : close ? ` (did you mean ${close}?)` : ''
  return new UsageError(
    `${stranger} is no client or server of these results${hint}. Two results files, two clients or two servers can be compared.`,
  )
}
