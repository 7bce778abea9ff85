import { describe, expect, it } from 'vitest'
import { entryFor, keyMatches, mostSpecific, parseRecipeKey } from '../../harness/core/recipe-key.js'
import type { Client, Family } from '../../harness/core/matrix.js'

function family(id: string): Family {
  return { id, title: id, kind: 'driver', about: '', docs: '', source: '', package: id, releases: [] }
}

/** From an id such as `sqlalchemy-2.1.9+asyncpg-0.32.0`. */
function client(id: string): Client {
  const [own = '', under] = id.split('+').map((part) => part.split('-'))
  const driver = under && { driver: { family: under[0] ?? '', version: under[1] ?? '' } }
  return {
    id,
    family: family(own[0] ?? ''),
    version: own[1] ?? '',
    ...driver,
    python: '',
    install: [],
    pins: {},
  }
}

const place = { file: 'x.yaml', line: 1, column: 1 }
const entries = (...keys: string[]) => keys.map((key) => ({ key, recipes: [], absent: [], place }))

describe('a key and a client', () => {
  it.each([
    ['psycopg2', 'psycopg2-2.9.13', true],
    ['psycopg2', 'psycopg-3.3.9', false],
    ['psycopg', 'psycopg2-2.9.13', false],
    ['django', 'django-6.1.3+psycopg-3.3.9', true],
    ['django+psycopg', 'django-6.1.3+psycopg-3.3.9', true],
    ['django+psycopg', 'django-6.1.3+psycopg2-2.9.13', false],
    ['django+psycopg2', 'psycopg2-2.9.13', false],
    ['psycopg>=3.1,<3.2', 'psycopg-3.1.20', true],
    ['psycopg>=3.1,<3.2', 'psycopg-3.2.0', false],
    ['django>=6.1', 'django-6.1+psycopg-3.3.9', true],
    ['django>=6.1', 'django-6.1.3+psycopg-3.3.9', true],
    ['django>=6.1', 'django-6.0.9+psycopg-3.3.9', false],
    ['django>=6.1', 'django-10.0+psycopg-3.3.9', true],
    ['django==6.1.0', 'django-6.1+psycopg-3.3.9', true],
    ['django==6.1', 'django-6.1.3+psycopg-3.3.9', false],
    ['django==6.1.*', 'django-6.1.3+psycopg-3.3.9', true],
    ['django!=6.1.3', 'django-6.1.3+psycopg-3.3.9', false],
    ['sqlalchemy<=2', 'sqlalchemy-1.4.54+psycopg2-2.9.13', true],
    ['sqlalchemy>2', 'sqlalchemy-2.0+psycopg2-2.9.13', false],
    ['sqlalchemy+psycopg<2.1', 'sqlalchemy-2.0.58+psycopg-3.3.9', true],
    ['sqlalchemy+psycopg<2.1', 'sqlalchemy-2.1.9+psycopg-2.0', false],
    ['sqlalchemy<2.1', 'sqlalchemy-2.1.0b3+psycopg-3.3.9', false],
  ])('%s × %s: %s', (key, id, expected) => {
    const parsed = parseRecipeKey(key)
    expect(parsed && keyMatches(parsed, client(id))).toBe(expected)
  })
})

it.each([
  '',
  'Django',
  'django 6',
  'django+',
  '+psycopg',
  'django>=',
  'django>=6,',
  'django=>6',
  'django>=6a',
  'a+b+c',
  '>=3',
])('"%s" is no key', (key) => {
  expect(parseRecipeKey(key)).toBeUndefined()
})

describe('the most specific key wins, whole', () => {
  const all = ['sqlalchemy', 'sqlalchemy<2', 'sqlalchemy+psycopg', 'sqlalchemy+psycopg>=2.1']
  it.each([
    [all, 'sqlalchemy-2.1.9+psycopg-3.3.9', 'sqlalchemy+psycopg>=2.1'],
    [all.toReversed(), 'sqlalchemy-2.1.9+psycopg-3.3.9', 'sqlalchemy+psycopg>=2.1'],
    [all, 'sqlalchemy-1.4.54+psycopg-3.3.9', 'sqlalchemy+psycopg'],
    [all, 'sqlalchemy-1.4.54+psycopg2-2.9.13', 'sqlalchemy<2'],
    [all, 'sqlalchemy-2.0.58+psycopg2-2.9.13', 'sqlalchemy'],
    [all, 'peewee-4.5.3+psycopg2-2.9.13', undefined],
    [[], 'psycopg2-2.9.13', undefined],
  ])('of %j for %s: %s', (keys, id, expected) => {
    expect(entryFor({ id: 'probe', entries: entries(...keys) }, client(id))?.key).toBe(expected)
  })
})

it('equally specific keys are all given, so that the loader can refuse them', () => {
  const keys = mostSpecific(entries('psycopg', 'psycopg>=3', 'psycopg<4'), client('psycopg-3.3.9'))
  expect(keys.map(({ key }) => key)).toEqual(['psycopg>=3', 'psycopg<4'])
})
