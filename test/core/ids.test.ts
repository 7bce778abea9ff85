import { expect, it } from 'vitest'
import { cellId, clientId, parseRelease } from '../../harness/core/ids.js'
import { selector } from '../../harness/core/selector.js'

const cell = { server: '17', client: 'sqlalchemy-2.1.9+asyncpg-0.32.0', probe: 'json-table' }

it('builds ids', () => {
  expect(cellId(cell)).toBe('17/sqlalchemy-2.1.9+asyncpg-0.32.0/json-table')
  expect(clientId({ family: 'sqlalchemy', version: '2.1.9' }, { family: 'asyncpg', version: '0.32.0' })).toBe(
    cell.client,
  )
})

it.each([
  ['psycopg2-2.9.13', { family: 'psycopg2', version: '2.9.13' }],
  ['pg8000-1.31.6', { family: 'pg8000', version: '1.31.6' }],
  ['tortoise-orm-0.25', { family: 'tortoise-orm', version: '0.25' }],
  ['psycopg2', undefined],
  ['2.9.13', undefined],
])('parses %s', (text, release) => {
  expect(parseRelease(text)).toEqual(release)
})

it.each([
  [[], true],
  [['17'], true],
  [['1{7,8}/sqlalchemy*/json-*'], true],
  [['17/sqlalchemy-2.1.9+asyncpg-0.32.0/json-table'], true],
  [['*/*+asyncpg-*'], true],
  [['18'], false],
  [['17/psycopg2*'], false],
  [['18', '*/*/json-table'], true],
])('selector %j: %s', (patterns, selected) => {
  expect(selector(patterns)(cell)).toBe(selected)
})
