import { describe, expect, it } from 'vitest'
import type { Client, Family, Matrix, Probe, Server } from '../../harness/core/matrix.js'
import { dealUnits, makePlan, plannedIds, profiledId, profiledServers } from '../../harness/core/plan.js'

const place = { file: 'x.yaml', line: 1, column: 1 }
const family = (id: string, kind: Family['kind']): Family => ({
  ...{ id, kind, title: id, about: '', docs: '', source: '', package: id, releases: [] },
})
const client = (id: string, kind: Family['kind'] = 'driver'): Client => ({
  ...{ id: `${id}-1.0`, family: family(id, kind), version: '1.0', python: '>=3.9', install: [], pins: {} },
})
const server = (id: string): Server => ({
  ...{ id, major: Number(id), version: `${id}.1`, preview: false, image: undefined, binaries: {} },
})
const probe = (id: string): Probe => ({
  ...{
    id,
    formerly: [],
    title: id,
    group: 'JSON',
    tier: 1,
    kinds: ['driver', 'orm'],
    given: undefined,
    profile: 'plain',
    login: 'scram',
    pooled: true,
    since: '10',
    docs: '',
    about: '',
    extensions: [],
    setup: '',
    table: '',
  },
  ...{ control: { sql: 'select 1', absent: [] }, value: { json: null }, expect: { json: null }, witness: [] },
  ...{ deadline: 10, entries: [], place },
})
const matrix: Matrix = {
  servers: [server('17'), server('18')],
  pooler: undefined,
  pythons: [],
  families: [],
  clients: [client('psycopg2'), client('django', 'orm')],
  probes: [probe('a'), probe('b')],
  groups: ['JSON'],
}

describe('makePlan', () => {
  it('is the whole product without a selector', () => {
    expect(plannedIds(makePlan(matrix, []))).toHaveLength(8)
  })

  it('holds what the selectors name and leaves out what no cell needs', () => {
    const plan = makePlan(matrix, ['18/psycopg2-*/b'])
    expect(plannedIds(plan)).toEqual(['18/psycopg2-1.0/b'])
    expect(plan.servers.map(({ id }) => id)).toEqual(['18'])
    expect(plan.clients.map(({ id }) => id)).toEqual(['psycopg2-1.0'])
    expect(plan.probes.map(({ id }) => id)).toEqual(['b'])
  })

  it('is empty where nothing matches', () => {
    expect(makePlan(matrix, ['9']).units).toEqual([])
  })
})

describe('a family that is asked a part of the catalogue', () => {
  const [driver, orm] = [client('psycopg2'), client('records', 'orm')]
  const narrowed = (probes: readonly string[]): Matrix => ({
    ...matrix,
    clients: [driver, { ...orm, family: { ...orm.family, probes } }],
    probes: [probe('json-a'), probe('json-b'), probe('tx-a'), { ...probe('tx-b'), kinds: ['driver'] }],
  })

  it.each([
    [['json-a'], ['json-a']],
    [['json-*'], ['json-a', 'json-b']],
    [
      ['tx-*', 'json-b'],
      ['json-b', 'tx-a'],
    ],
  ])('%s: cells of %s alone, and none of a probe for drivers', (globs, expected) => {
    const ids = plannedIds(makePlan(narrowed(globs), ['18']))
    expect(ids.filter((id) => id.includes('records'))).toEqual(expected.map((id) => `18/records-1.0/${id}`))
    expect(ids.filter((id) => id.includes('psycopg2'))).toHaveLength(4)
  })
})

describe('a server behind a pooler', () => {
  const [first, second] = [probe('a'), { ...probe('b'), profile: 'pgbouncer' as const }]
  const pooled = { ...server('18'), id: '18+pgbouncer', pooler: 'pgbouncer' as const }
  const sessions = { ...probe('c'), pooled: false }
  const behind = { ...matrix, servers: [...matrix.servers, pooled], probes: [first, second, sessions] }

  it.each([
    ['18/psycopg2*', ['18/psycopg2-1.0/a', '18/psycopg2-1.0/c', '18/psycopg2-1.0/b']],
    ['18+pgbouncer/psycopg*', ['18+pgbouncer/psycopg2-1.0/a']],
    ['18*/django*/a', ['18/django-1.0/a', '18+pgbouncer/django-1.0/a']],
  ])('%s selects its cells, and none in probes of profiles or of sessions', (pattern, expected) => {
    expect(plannedIds(makePlan(behind, [pattern]))).toEqual(expected)
  })

  it('is not taken for the server whose profile has one', () => {
    const ids = profiledServers(makePlan(behind, ['18*'])).map(profiledId)
    expect(ids).toEqual(['18', '18-for-pgbouncer', '18+pgbouncer'])
  })
})

describe('dealUnits', () => {
  const { units } = makePlan(matrix, [])

  it('begins with the ORMs and keeps every cell', () => {
    const dealt = dealUnits(units, 1)
    expect(dealt.map((unit) => unit.client.id)).toEqual(['django-1.0', 'psycopg2-1.0'])
    expect(dealt.flatMap(({ columns }) => columns)).toHaveLength(4)
  })

  it('splits a client over its servers where lanes would idle', () => {
    const dealt = dealUnits(units, 3)
    expect(dealt).toHaveLength(4)
    expect(dealt.flatMap(({ columns }) => columns)).toHaveLength(4)
  })
})
