import { expect, it } from 'vitest'
import { record } from '../../bench/pglite/record.js'

const column = {
  client: 'psycopg-1',
  version: '18.3',
  losses: ['copy'],
  seen: [
    { probe: 'same', verdict: 'native', reason: 'fine' },
    { probe: 'worse', verdict: 'broken', reason: `a|b ${'x'.repeat(200)}` },
    { probe: 'copy', verdict: 'lost', reason: 'silence' },
  ],
} as const

it('counts, losses and differences come from the cells alone', () => {
  const text = record({
    date: '2026-01-02',
    command: 'npm run pglite',
    packages: ['pglite 1'],
    deadline: 4,
    columns: [column],
    missing: ['asyncpg-1'],
    baseline: new Map([
      ['psycopg-1/same', 'native'],
      ['psycopg-1/worse', 'native'],
      ['psycopg-1/copy', 'raw'],
    ]),
    baselineVersion: '18.4',
  })
  expect(text).toContain(
    '| client | native | broken | lost |\n| --- | --- | --- | --- |\n| psycopg-1 | 1 | 1 | 1 |',
  )
  expect(text).toContain('| psycopg-1 | copy |')
  expect(text).toMatch(
    /\| worse \| psycopg-1 \| native \| broken \| a\\\|b x+… \|\n\| copy \| psycopg-1 \| raw \| lost \|/,
  )
  expect(text).toContain('Not run yet: asyncpg-1.')
  expect(text).not.toContain('| same |')
})
