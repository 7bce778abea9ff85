import { expect, it } from 'vitest'
import { parseRequirements } from '../../harness/core/requirements.js'

it.each([
  ['Django==5.2.9', { name: 'django', range: '==5.2.9', pinned: '5.2.9' }],
  ['psycopg2_Binary == 2.9.9', { name: 'psycopg2-binary', range: '==2.9.9', pinned: '2.9.9' }],
  [
    'psycopg[binary,pool]>=3.1,<4',
    { name: 'psycopg', range: '>=3.1,<4', pinned: null, extras: ['binary', 'pool'] },
  ],
  ['SQLAlchemy', { name: 'sqlalchemy', range: '', pinned: null }],
  ['asyncpg (>=0.29)', { name: 'asyncpg', range: '>=0.29', pinned: null }],
  ['asyncpg===0.30.0 # why', { name: 'asyncpg', range: '===0.30.0', pinned: '0.30.0' }],
  [
    'peewee~=3.17; python_version < "3.13"',
    { name: 'peewee', range: '~=3.17', pinned: null, marker: 'python_version < "3.13"' },
  ],
  ['pg8000==1.31.6 --hash=sha256:00', { name: 'pg8000', range: '==1.31.6', pinned: '1.31.6' }],
  ['pg8000==1.31.6 \\\n    --hash=sha256:00', { name: 'pg8000', range: '==1.31.6', pinned: '1.31.6' }],
])('%s names a release', (text, requirement) => {
  expect(parseRequirements(text)).toEqual([requirement])
})

it.each([
  '',
  '# Django==5.2.9',
  '-r base.txt',
  '--index-url https://example.org/simple',
  './wheels/x.whl',
  'git+https://example.org/x.git',
  'x @ https://example.org/x.whl',
])('`%s` names none', (text) => {
  expect(parseRequirements(text)).toEqual([])
})
