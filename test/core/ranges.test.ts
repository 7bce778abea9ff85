import { expect, it } from 'vitest'
import { describeStrip, type Strip } from '../../harness/core/ranges.js'
import type { Verdict } from '../../harness/core/verdict.js'

it.each<[string, (Verdict | null)[], string]>([
  ['one verdict', ['native', 'native', 'native'], 'native 10-12'],
  ['two', ['server', 'native', 'native'], 'server 10, native 11-12'],
  ['a hole', ['native', null, 'native'], 'native 10 12'],
  ['back and forth', ['native', 'broken', 'native'], 'native 10 12, broken 11'],
  ['nothing', [null, null, null], ''],
])('%s', (_, verdicts, text) => {
  const strip = verdicts.map((verdict, index) => ({ server: String(10 + index), verdict, pooled: false }))
  expect(describeStrip(strip)).toBe(text)
})

it('a server behind a pooler stands apart, and parts no neighbours', () => {
  const strip: Strip = ['17', '18', '18+pgbouncer', '19'].map((server) => ({
    ...{ server, verdict: 'native', pooled: server.includes('+') },
  }))
  expect(describeStrip(strip)).toBe('native 17-19 18+pgbouncer')
})
