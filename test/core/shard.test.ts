import { describe, expect, it } from 'vitest'
import { imbalance, parseShard, shardFromEnv, shards, type Weighed } from '../../harness/core/shard.js'

it.each<[string, ReturnType<typeof parseShard>]>([
  ['2/4', { index: 2, of: 4 }],
  ['1/1', { index: 1, of: 1 }],
  ['0/4', undefined],
  ['5/4', undefined],
  ['2', undefined],
  ['a/b', undefined],
  ['1/9999', undefined],
])('%s', (text, shard) => expect(parseShard(text)).toEqual(shard))

it.each<[string, Record<string, string>, ReturnType<typeof parseShard>]>([
  ['anything that says so', { PGMATRIX_SHARD: '2/4' }, { index: 2, of: 4 }],
  ['GitLab, which counts from 1', { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '8' }, { index: 3, of: 8 }],
  [
    'Kubernetes, which counts from 0',
    { JOB_COMPLETION_INDEX: '0', PGMATRIX_SHARDS: '8' },
    { index: 1, of: 8 },
  ],
  [
    'its own word before that of others',
    { PGMATRIX_SHARD: '1/2', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '2' },
    { index: 1, of: 2 },
  ],
  ['an index without a number of them', { JOB_COMPLETION_INDEX: '0' }, undefined],
  ['nothing', {}, undefined],
])('the environment of %s', (_, env, shard) => expect(shardFromEnv(env)).toEqual(shard))

/** A plan as far as shards look at it. */
function planOf(cells: Readonly<Record<string, number>>): { units: Weighed[] } {
  const units: Weighed[] = Object.entries(cells).map(([id, count]) => ({
    client: { id, family: { kind: 'driver' } },
    columns: [{ probes: Array.from({ length: count }, () => null) }],
  }))
  return { units }
}

describe('clients are dealt out', () => {
  it('whole, each once, whatever the number of parts', () => {
    const plan = planOf({ a: 5, b: 4, c: 3, d: 2, e: 1 })
    for (const of of [1, 2, 3, 4, 5, 7]) {
      const dealt = shards(plan, of, new Map()).flatMap(({ clients }) => [...clients])
      expect(dealt.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
    }
  })

  it('by what their cells cost', () => {
    const parts = shards(planOf({ dear: 10, a: 10, b: 10, c: 10 }), 2, new Map([['dear', 90]]))
    expect(parts.map(({ clients }) => [...clients])).toEqual([['dear'], ['a', 'b', 'c']])
    expect(imbalance(parts)).toBe(1)
  })

  it('in the same way whatever the order of the plan', () => {
    const [one, other] = [planOf({ a: 3, b: 3, c: 3 }), planOf({ c: 3, b: 3, a: 3 })]
    expect(shards(one, 2, new Map())).toEqual(shards(other, 2, new Map()))
  })
})
