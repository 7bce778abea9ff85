import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../harness/core/verdict.js'
import { isWorse, turnOf, wayOf } from '../../harness/core/way.js'

const server = (id: string) => ({ id, name: id, major: Number.parseInt(id), preview: id === '19' })
const ALL = ['13', '14', '15', '16', '17', '18', '18+pgbouncer', '19', '20'].map(server)

it.each([
  ['13', '15', '13 14 15'],
  ['13', '14', '13 14'],
  ['16', '18+pgbouncer', '16 17 18 18+pgbouncer'],
  ['18', '18+pgbouncer', '18 18+pgbouncer'],
  ['17', '19', '17 18 19'],
  ['17', '20', '17 18 20'],
])('from %s to %s it goes over %s', (from, to, expected) => {
  const way = wayOf(ALL, server(from), server(to))
  expect(way.map(({ id }) => id).join(' ')).toBe(expected)
})

describe('where it gets worse', () => {
  const N = 'native'
  it.each<[string, (Verdict | null)[], object | undefined]>([
    ['at the end', [N, N, N, 'raw'], { at: '16', after: '15', gap: false }],
    ['on the way', [N, N, 'raw', 'raw'], { at: '15', after: '14', gap: false }],
    ['and worse again', [N, 'partial', 'broken', 'raw'], { at: '14', after: '13', gap: false }],
    ['for the last time', [N, 'broken', N, 'raw'], { at: '16', after: '15', gap: false }],
    ['where nothing is known between', [N, null, null, 'raw'], { at: '16', after: '13', gap: true }],
    ['beside what is not known', [N, null, 'raw', 'raw'], { at: '15', after: '13', gap: true }],
    ['after it got better', ['raw', N, N, 'unsupported'], { at: '16', after: '15', gap: false }],
    ['the server takes it away', [N, N, 'server', 'server'], { at: '15', after: '14', gap: false }],
    ['nowhere', [N, N, N, N], undefined],
    ['after it was refused', ['refused', N, N, 'broken'], undefined],
    ['and gets well again', [N, 'broken', 'broken', N], undefined],
    ['nobody knows from what', [null, N, N, 'raw'], undefined],
  ])('%s', (_, verdicts, expected) => {
    expect(turnOf(['13', '14', '15', '16'].map(server), verdicts)).toEqual(expected)
  })
})

it.each<[Verdict, Verdict, boolean]>([
  ['native', 'partial', true],
  ['raw', 'unsupported', true],
  ['unsupported', 'broken', true],
  ['native', 'refused', true],
  ['partial', 'server', true],
  ['unsupported', 'server', false],
  ['server', 'broken', false],
  ['native', 'timeout', false],
  ['broken', 'native', false],
  ['refused', 'broken', false],
])('%s then %s is worse: %s', (was, is, expected) => {
  expect(isWorse(was, is)).toBe(expected)
})
