import { describe, expect, it } from 'vitest'
import type { Family, Server } from '../../harness/core/matrix.js'
import {
  ended,
  isWritable,
  pythonsIn,
  raisedDrivers,
  rangeFrom,
  releaseNews,
  toBeChecked,
  withRaised,
} from '../../harness/core/news.js'

function family(versions: readonly string[], more: Partial<Family> = {}): Family {
  const releases = versions.map((version) => ({ version, python: '>=3.8', install: [], drivers: [] }))
  const words = { title: '', about: '', docs: '', source: '', package: 'x' }
  return { id: 'x', kind: 'driver', ...words, releases, ...more }
}

describe('a release is new where it is newer than all that the matrix has', () => {
  it.each([
    [['1.2.0', '1.1.0'], '1.3.0', '1.2.0'],
    [['1.9.0'], '1.10.0', '1.9.0'],
    [['1.1.0', '1.2.0'], '1.2.1', '1.2.0'],
    [['1.2.0rc1'], '1.2.0', '1.2.0rc1'],
    [['1.2.0'], '1.3.0b1', '1.2.0'],
    [['1.2.0'], '1.2.0', undefined],
    [['1.2.0'], '1.2.0b1', undefined],
    [['1.10.0'], '1.9.9', undefined],
    [['1.2'], '1.2.0', undefined],
  ])('%j, found %s: from %s', (versions, version, from) => {
    const news = releaseNews(family(versions), { version, date: null })
    expect(news).toEqual(from && { family: 'x', from, to: version, date: null })
  })

  it('nothing is where the index has nothing', () => {
    expect(releaseNews(family(['1.0']), undefined)).toBeUndefined()
  })
})

it.each([
  ['2.9.13', true],
  ['2.1.0b1', true],
  ['2.9.13.post1', false],
  ['1.0.dev3', false],
  ['1!2.0', false],
])('the matrix can have %s: %s', (version, expected) => {
  expect(isWritable(version)).toBe(expected)
})

describe('drivers under a new release of an ORM', () => {
  const families = [
    family(['2.9.13', '2.8.6'], { id: 'psycopg2' }),
    family(['0.31.0', '0.32.0', '0.30.0'], { id: 'asyncpg' }),
    family(['1.5.0a1', '1.4.0'], { id: 'aiopg' }),
  ]
  const news = [{ family: 'psycopg2', from: '2.9.13', to: '2.9.14', date: null }]

  it.each([
    // new with it
    [['psycopg2-2.9.13'], ['psycopg2-2.9.14']],
    // new since the release before
    [
      ['asyncpg-0.31.0', 'psycopg2-2.8.6'],
      ['asyncpg-0.32.0', 'psycopg2-2.9.14'],
    ],
    [['asyncpg-0.32.0'], ['asyncpg-0.32.0']],
    // chosen
    [
      ['asyncpg-0.31.0', 'asyncpg-0.30.0'],
      ['asyncpg-0.31.0', 'asyncpg-0.30.0'],
    ],
    // no pre-release, unless it stands on one
    [['aiopg-1.4.0'], ['aiopg-1.4.0']],
    [['aiopg-1.5.0a1'], ['aiopg-1.5.0a1']],
  ])('%j become %j', (drivers, expected) => {
    expect(withRaised(drivers, raisedDrivers(drivers, families, news))).toEqual(expected)
  })
})

it.each([
  ['>=3.10,<3.13', ['3.10', '3.11', '3.12']],
  ['>=3.8,<3.10', ['3.8', '3.9']],
  ['>=3.12', ['3.12']],
  ['>=3.8,!=3.9.*,<3.11', ['3.8', '3.10']],
  ['<3.8', []],
])('Pythons in %s: %j', (range, expected) => {
  expect(pythonsIn(range)).toEqual(expected)
})

it.each([
  ['>=3.8,<3.15', '3.10', '>=3.10,<3.15'],
  ['>= 3.8, <3.15', '3.8', '>=3.8, <3.15'],
  ['<3.15', '3.8', '<3.15'],
])('%s from %s on: %s', (range, lowest, expected) => {
  expect(rangeFrom(range, lowest)).toBe(expected)
})

it('servers are past their end from the day after the final release on', () => {
  const base = { preview: false, image: undefined, binaries: {}, version: '' }
  const servers: Server[] = [
    { ...base, id: '13', major: 13, endOfLife: '2025-11-13' },
    { ...base, id: '14', major: 14, endOfLife: '2026-11-12' },
    { ...base, id: '14+pgbouncer', major: 14, endOfLife: '2026-11-12', pooler: 'pgbouncer' },
    { ...base, id: '19', major: 19 },
  ]
  const on = (today: string) => ended(servers, today).map(({ id }) => id)
  expect(on('2026-11-12')).toEqual(['13'])
  expect(on('2026-11-13')).toEqual(['13', '14'])
})

describe('statements of maintenance', () => {
  const news = [{ family: 'x', from: '1.0', to: '1.1', date: null }]

  it.each([
    ['active', '2025-11-25', [], true],
    ['active', '2025-11-26', [], false],
    ['maintained', '2024-03-01', [], true],
    ['unmaintained', '2012-01-01', [], false],
    ['unmaintained', '2026-11-01', news, true],
  ] as const)('%s as of %s with %j', (status, asOf, releases, expected) => {
    const maintenance = { status, asOf, statement: '', source: '' }
    const found = toBeChecked([family(['1.0'], { maintenance })], releases, '2026-11-26')
    expect(found.length === 1).toBe(expected)
  })

  it('who makes none is left alone', () => {
    expect(toBeChecked([family(['1.0'])], news, '2026-11-26')).toEqual([])
  })
})
