/** Parts of a run become one: what they say of clients and servers, in the order in which one run of all would have it. */
import type { ClientFacts, Header, ServerFacts, ShardFacts } from './result.js'
import { shardName } from './shard.js'

/** A part, with where it was read from. */
export interface Part {
  readonly path: string
  readonly header: Header & { readonly shard: ShardFacts }
  /** When it ended; null where it was cut off. */
  readonly finishedAt: string | null
}

/** Why the second is no part of what the first is a part of, or undefined. */
export function foreign(first: Part, other: Part): string | undefined {
  const same = ['tool', 'runtime', 'selector'] as const
  const differs = same.find((key) => first.header[key] !== other.header[key])
  if (differs !== undefined)
    return `${other.path} has another ${differs} (${other.header[differs]}) than ${first.path} (${first.header[differs]})`
  if (first.header.shard.plan === other.header.shard.plan) return undefined
  return `${other.path} is a part of another matrix, or of another state of it, than ${first.path}`
}

/** @param parts one at least, all of one whole */
export function mergedHeader(parts: readonly [Part, ...Part[]]): Header {
  const headers = parts.map(({ header }) => header)
  const [{ header: first }] = parts
  const { order, cells } = first.shard
  return {
    ...first,
    startedAt: headers.map(({ startedAt }) => startedAt).toSorted()[0] ?? first.startedAt,
    ...{ cells, shard: null },
    groups: inOrder(
      headers.flatMap(({ groups }) => groups.map((id) => ({ id }))),
      order.groups,
    ).map(({ id }) => id),
    servers: inOrder(
      oneOfEach(
        headers.flatMap(({ servers }) => servers),
        serverOf,
      ),
      order.servers,
    ),
    families: inOrder(
      headers.flatMap(({ families }) => families),
      order.families,
    ),
    clients: inOrder(
      oneOfEach(
        headers.flatMap(({ clients }) => clients),
        clientOf,
      ),
      order.clients,
    ),
    probes: inOrder(
      headers.flatMap(({ probes }) => probes),
      order.probes,
    ),
  }
}

/** Which parts are not there at all, `2/4`, where others of as many are. */
export function missingShards(parts: readonly Part[]): string[] {
  const sizes = [...new Set(parts.map(({ header }) => header.shard.of))].toSorted((a, b) => a - b)
  return sizes.flatMap((of) => {
    const there = new Set(
      parts.filter(({ header }) => header.shard.of === of).map(({ header }) => header.shard.index),
    )
    const all = Array.from({ length: of }, (_, n) => n + 1)
    return all.filter((index) => !there.has(index)).map((index) => shardName({ index, of }))
  })
}

/** Each id once, in the order given. */
function inOrder<T extends { readonly id: string }>(all: readonly T[], order: readonly string[]): T[] {
  const byId = new Map(all.map((one) => [one.id, one]))
  return order.flatMap((id) => byId.get(id) ?? [])
}

function oneOfEach<T extends { readonly id: string }>(
  all: readonly T[],
  join: (some: readonly T[]) => T,
): T[] {
  const ids = [...new Set(all.map(({ id }) => id))]
  return ids.map((id) => join(all.filter((one) => one.id === id)))
}

/** A client that two parts have ran in two environments; one of them is shown, always the same one. */
function clientOf(some: readonly ClientFacts[]): ClientFacts {
  return least(some)
}

/** A server that several parts have ran from what all of them say. */
function serverOf(some: readonly ServerFacts[]): ServerFacts {
  const builds = new Set(some.flatMap(({ build }) => build?.split(', ') ?? []))
  const versionNum = some.map((one) => one.versionNum).find((number) => number !== null) ?? null
  return { ...least(some), versionNum, build: [...builds].toSorted().join(', ') || null }
}

function least<T>(some: readonly T[]): T {
  return some.reduce((one, other) => (JSON.stringify(other) < JSON.stringify(one) ? other : one))
}
