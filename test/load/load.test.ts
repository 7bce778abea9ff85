import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { coverage } from '../../harness/load/coverage.js'
import { loadMatrix } from '../../harness/load/load.js'
import { scenario } from './scenario.js'

async function load(folder: string) {
  const loaded = await loadMatrix(folder)
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded.matrix
}

it('clients: each release of a driver, each release of an ORM on each of its drivers, drivers first', async () => {
  await using files = await scenario()
  await mkdir(join(files.folder, 'locks'))
  await writeFile(join(files.folder, 'locks', 'psycopg2-2.8.6.txt'), 'psycopg2-binary==2.8.6 --hash=…\n')
  const { clients } = await load(files.folder)
  const facts = clients.map(({ id, python, install, pins, lock }) => ({ id, python, install, pins, lock }))
  expect(facts).toEqual([
    {
      id: 'asyncpg-0.32.0',
      python: '>=3.9,<3.14',
      install: ['asyncpg==0.32.0'],
      pins: { asyncpg: '0.32.0' },
      lock: undefined,
    },
    {
      id: 'psycopg2-2.9.13',
      python: '>=3.10,<3.14',
      install: ['psycopg2-binary==2.9.13'],
      pins: { 'psycopg2-binary': '2.9.13' },
      lock: undefined,
    },
    {
      id: 'psycopg2-2.8.6',
      python: '>=3.8,<3.10',
      install: ['psycopg2-binary==2.8.6'],
      pins: { 'psycopg2-binary': '2.8.6' },
      lock: 'psycopg2-binary==2.8.6 --hash=…\n',
    },
    {
      id: 'django-6.1.3+psycopg2-2.9.13',
      python: '>=3.12,<3.14,>=3.10',
      install: ['Django==6.1.3', 'psycopg2-binary==2.9.13'],
      pins: { Django: '6.1.3', 'psycopg2-binary': '2.9.13' },
      lock: undefined,
    },
    {
      id: 'django-4.2.30+psycopg2-2.9.13',
      python: '>=3.8,<3.13,>=3.10,<3.14',
      install: ['Django==4.2.30', 'tzdata==2026.1', 'psycopg2-binary==2.9.13'],
      pins: { Django: '4.2.30', 'psycopg2-binary': '2.9.13' },
      lock: undefined,
    },
    {
      id: 'django-4.2.30+psycopg2-2.8.6',
      python: '>=3.8,<3.13,<3.10',
      install: ['Django==4.2.30', 'tzdata==2026.1', 'psycopg2-binary==2.8.6'],
      pins: { Django: '4.2.30', 'psycopg2-binary': '2.8.6' },
      lock: undefined,
    },
  ])
  expect(clients[5]?.driver).toEqual({ family: 'psycopg2', version: '2.8.6' })
})

it('clients: an ORM builds what its driver builds', async () => {
  await using files = await scenario()
  const path = join(files.folder, 'clients', 'psycopg2.yaml')
  await writeFile(path, `${await readFile(path, 'utf8')}\nbuilds: [psycopg2-binary]\n`)
  const { clients } = await load(files.folder)
  expect(clients.filter(({ builds }) => builds?.join() === 'psycopg2-binary').map(({ id }) => id)).toEqual([
    'psycopg2-2.9.13',
    'psycopg2-2.8.6',
    'django-6.1.3+psycopg2-2.9.13',
    'django-4.2.30+psycopg2-2.9.13',
    'django-4.2.30+psycopg2-2.8.6',
  ])
})

it('a probe: recipes in the order of levels, each with the place of its first line', async () => {
  await using files = await scenario()
  const { probes } = await load(files.folder)
  const [probe] = probes
  const told = JSON.parse(files.shown(JSON.stringify(probe?.entries)))
  const good = (line: number, column: number) => ({ file: 'matrix/probes/json/json-good.yaml', line, column })
  const shape = (line: number) => ({ file: 'matrix/shapes/column.yaml', line, column: line < 10 ? 5 : 7 })
  expect(told).toEqual([
    {
      key: 'psycopg2',
      recipes: [
        {
          level: 'native',
          code: 'cur.execute("insert into sample values (%s)", [value])\nreturn value',
          place: shape(7),
        },
      ],
      absent: [],
      place: good(17, 3),
    },
    {
      key: 'asyncpg',
      recipes: [
        { level: 'native', code: 'return await conn.fetchval("select 1")', place: good(20, 13) },
        { level: 'raw', note: 'by hand', code: '# the first line\n\nreturn value', place: good(24, 9) },
      ],
      absent: [],
      place: good(19, 3),
    },
    {
      key: 'django',
      recipes: [
        {
          level: 'partial',
          note: 'models.JSONField() needs a migration',
          // One line more than in the shape, so that what follows keeps the line of the shape's file.
          code: 'import json\nprint(json)\nfrom django.db import models\n\nreturn [models, models.JSONField(), value]',
          place: shape(11),
        },
      ],
      absent: [],
      place: good(27, 3),
    },
    { key: 'django>=6', recipes: [], absent: ['django.db.models.Pipeline'], place: good(29, 3) },
  ])
})

it('a probe: what is left out has its default', async () => {
  await using files = await scenario()
  const { probes, servers, groups } = await load(files.folder)
  const { entries: _, place: __, ...probe } = probes[0] ?? {}
  expect(probe).toEqual({
    id: 'json-good',
    formerly: [],
    title: 'A good probe',
    group: 'JSON',
    tier: 1,
    kinds: ['driver', 'orm'],
    since: '9.4',
    docs: 'https://www.postgresql.org/docs/current/datatype-json.html',
    about: 'A paragraph.',
    control: { sql: "select '1'::jsonb", absent: ['42704'] },
    extensions: ['hstore'],
    setup: "create type mood as enum ('ok')",
    table: 'create table sample (v jsonb)',
    given: undefined,
    profile: 'plain',
    login: 'scram',
    pooled: true,
    value: { json: { a: [1, 2.5, null] } },
    expect: { json: { a: [1, 2.5, null] } },
    witness: [{ sql: 'select v, null from sample', rows: [['a', null]] }],
    deadline: 10,
  })
  expect(servers.map(({ id, major, version }) => [id, major, version])).toEqual([['17', 17, '17.10']])
  expect(groups).toEqual(['Core types', 'JSON'])
})

it('servers and Pythons: what is left out has its default, digests come from the lock, the newest Python is first', async () => {
  await using files = await scenario()
  await mkdir(join(files.folder, 'locks'))
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
  const text = {
    'servers.yaml':
      'pooler: { image: "pgbouncer:1.25" }\nservers:\n- { id: "19", version: 19rc1, preview: true, image: "postgres:19rc1" }\n- { id: "18", version: "18.4", image: "postgres:18.4" }\n',
    'pythons.yaml':
      'pythons:\n- { version: "3.9", image: "python:3.9", preview: true }\n- { version: "3.10", image: "python:3.10" }\n',
    'locks/images.yaml': `images: { "postgres:18.4": "${digest}", "pgbouncer:1.25": "${digest}", "python:3.9": "${digest}" }\n`,
  }
  for (const [name, content] of Object.entries(text)) await writeFile(join(files.folder, name), content)
  const { servers, pooler, pythons } = await load(files.folder)
  expect(pooler).toEqual({ name: 'pgbouncer:1.25', digest })
  expect(servers).toEqual([
    {
      ...{ id: '19', major: 19, version: '19rc1', preview: true, binaries: {} },
      image: { name: 'postgres:19rc1', digest: undefined },
    },
    {
      ...{ id: '18', major: 18, version: '18.4', preview: false, binaries: {} },
      image: { name: 'postgres:18.4', digest },
    },
  ])
  expect(pythons).toEqual([
    { version: '3.10', preview: false, image: { name: 'python:3.10', digest: undefined } },
    { version: '3.9', preview: true, image: { name: 'python:3.9', digest } },
  ])
})

it('a server stands once more behind each of its poolers', async () => {
  await using files = await scenario()
  await writeFile(
    join(files.folder, 'servers.yaml'),
    'servers:\n- { id: "18", version: "18.4", image: "postgres:18.4", poolers: [pgbouncer-tracking] }\n',
  )
  const { servers } = await load(files.folder)
  const [server, pooled] = servers
  expect(server?.pooler).toBeUndefined()
  expect(pooled).toEqual({ ...server, id: '18+pgbouncer-tracking', pooler: 'pgbouncer-tracking' })
})

it('a matrix without images has neither Pythons nor a pooler nor digests', async () => {
  await using files = await scenario()
  const { servers, pooler, pythons } = await load(files.folder)
  expect([pooler, pythons]).toEqual([undefined, []])
  expect(servers.map(({ image, preview }) => [image, preview])).toEqual([[undefined, false]])
})

it('coverage: the clients that a probe says nothing about', async () => {
  await using files = await scenario()
  const path = join(files.folder, 'probes', 'json', 'json-few.yaml')
  const head = 'title: Few\ngroup: JSON\ntier: 2\nsince: any\ndocs: https://example.org/\nabout: Few.'
  await writeFile(
    path,
    `id: json-few\n${head}\ncontrol: select 1\nvalue: 1\nrecipes: { django>=6: { raw: return value } }\n`,
  )
  expect(coverage(await load(files.folder))).toEqual([
    {
      probe: 'json-few',
      clients: [
        ...['asyncpg-0.32.0', 'psycopg2-2.9.13', 'psycopg2-2.8.6'],
        ...['django-4.2.30+psycopg2-2.9.13', 'django-4.2.30+psycopg2-2.8.6'],
      ],
    },
  ])
})
