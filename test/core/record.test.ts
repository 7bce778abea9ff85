import { describe, expect, it } from 'vitest'
import { cellsOf, recordOf, type FamilyRecord, type Judged } from '../../harness/core/record.js'
import type { Verdict } from '../../harness/core/verdict.js'

const SERVERS = ['16', '17', '18', '18+pgbouncer']
const [A, B, C] = ['psycopg2-2.8.6', 'psycopg2-2.9.5', 'psycopg2-2.9.13'] as const
const CLIENTS = [A, B, C]
const axes = { servers: SERVERS, clients: CLIENTS }

/** Of one feature: verdicts of each client on the servers in turn, where it was asked. */
function cells(rows: Record<string, (Verdict | null)[]>, probe = 'type-uuid'): Judged[] {
  return Object.entries(rows).flatMap(([client, verdicts]) =>
    verdicts.flatMap((verdict, index) => {
      const server = SERVERS[index]
      return verdict === null || server === undefined ? [] : [{ server, client, probe, verdict }]
    }),
  )
}

const all = (verdict: Verdict) => SERVERS.map(() => verdict)

describe.each<[string, Judged[], FamilyRecord['features']]>([
  [
    'all alike',
    cells({ [A]: all('native'), [B]: all('native') }),
    { 'type-uuid': 'native 16-18 18+pgbouncer' },
  ],
  [
    'what most have is said once, the rest by name',
    cells({ [A]: all('unsupported'), [B]: all('native'), [C]: all('native') }),
    { 'type-uuid': { '*': 'native 16-18 18+pgbouncer', [A]: 'unsupported 16-18 18+pgbouncer' } },
  ],
  [
    'servers that differ',
    cells({ [A]: ['server', 'native', 'native', 'broken'] }),
    { 'type-uuid': 'server 16, native 17-18, broken 18+pgbouncer' },
  ],
  [
    'a client that is not asked',
    [...cells({ [A]: all('native'), [B]: all('native') }), ...cells({ [A]: all('raw') }, 'zebra')],
    {
      'type-uuid': 'native 16-18 18+pgbouncer',
      zebra: { '*': 'raw 16-18 18+pgbouncer', [B]: 'none' },
    },
  ],
  [
    'a hole',
    [...cells({ [A]: ['native', null, 'native', null] }), ...cells({ [A]: all('native') }, 'zebra')],
    { 'type-uuid': 'native 16 18', zebra: 'native 16-18 18+pgbouncer' },
  ],
])('%s', (_, some, features) => {
  it('is written as ranges', () => expect(recordOf(some, axes).features).toEqual(features))

  it('is read as it was, whatever the order of the cells', () => {
    const read = cellsOf(recordOf(some.toReversed(), axes))
    expect(read.faults).toEqual([])
    expect(new Set(read.cells)).toEqual(new Set(some))
    expect(read.cells).toHaveLength(some.length)
  })
})

it.each<[string, string | Record<string, string>, string]>([
  ['a word that is no verdict', 'natif 16-18', '"natif" is no verdict'],
  ['a server that is not there', 'native 19', '"19" is no server or range'],
  ['a range that runs backwards', 'native 18-16', '"18-16" is no server or range'],
  ['a range to a server behind a pooler', 'native 16-18+pgbouncer', 'is no server or range'],
  ['two verdicts on one server', 'native 16-18, raw 17', '17 has two verdicts'],
  ['a client that is not there', { '*': 'native 16', 'psycopg2-3': 'raw 16' }, 'psycopg2-3 is not one of'],
])('%s is a fault', (_, said, message) => {
  const { faults } = cellsOf({ servers: SERVERS, clients: CLIENTS, features: { 'type-uuid': said } })
  expect(faults[0]?.message).toContain(message)
  expect(faults[0]?.path.slice(0, 2)).toEqual(['features', 'type-uuid'])
})
