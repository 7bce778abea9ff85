import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lint } from '../../harness/commands/lint.js'
import { newClient, newProbe } from '../../harness/commands/new.js'
import { scenario } from '../load/scenario.js'

it('a new probe passes lint and asks every family', async () => {
  await using files = await scenario()
  const path = await newProbe('json-null', { folder: files.folder, group: 'json' })
  expect(files.shown(path)).toBe('matrix/probes/json/json-null.yaml')
  const { problems, probes } = await lint({ folder: files.folder })
  expect({ problems, probes }).toEqual({ problems: [], probes: 2 })
  expect(await readFile(path, 'utf8')).toMatch(/\n {2}asyncpg:\n[^]*\n {2}psycopg2:\n[^]*\n {2}django:\n/)
})

it('new clients pass lint: a driver, and an ORM on a driver that is there', async () => {
  await using files = await scenario()
  const { folder } = files
  await newClient('psqlpy', { folder, kind: 'driver', package: 'psqlpy', release: '0.11.12' })
  const path = await newClient('storm', { folder, kind: 'orm', package: 'storm', release: '1.0' })
  expect(files.shown(path)).toBe('matrix/clients/storm.yaml')
  expect(await readFile(path, 'utf8')).toContain('\n    drivers: [psycopg2-2.9.13]\n')
  await newProbe('json-null', { folder, group: 'JSON' })
  const { problems, clients } = await lint({ folder })
  expect({ problems, clients }).toEqual({ problems: [], clients: 8 })
})

it.each([
  ['Json', 'json', /"Json" cannot be the id of a probe/],
  ['../json', 'json', /cannot be the id of a probe/],
  ['json-good', 'json', /there already is a probe "json-good": .*probes\/json\/json-good.yaml/],
  ['json-x', 'jsn', /unknown group "jsn" \(did you mean "json"\?\)/],
  ['json-x', 'web', /unknown group "web" \(one of core-types, json\)/],
])('no new probe %s in %s', async (id, group, message) => {
  await using files = await scenario()
  await expect(newProbe(id, { folder: files.folder, group })).rejects.toThrow(message)
})

const good = { kind: 'driver', package: 'psqlpy', release: '0.11.12' }
it.each([
  ['Psqlpy', good, /"Psqlpy" cannot be the name of a family/],
  ['psqlpy', { ...good, kind: 'drivr' }, /--kind must be driver or orm, not "drivr"/],
  ['psqlpy', { ...good, package: '-r x' }, /"-r x" cannot be the name of a distribution/],
  ['psqlpy', { ...good, release: 'newest' }, /"newest" is not a released version/],
  ['psycopg2', good, /clients\/psycopg2.yaml exists already; nothing was written/],
])('no new client %s from %j', async (family, options, message) => {
  await using files = await scenario()
  const before = await readFile(join(files.folder, 'clients', 'psycopg2.yaml'), 'utf8')
  await expect(newClient(family, { folder: files.folder, ...options })).rejects.toThrow(message)
  expect(await readFile(join(files.folder, 'clients', 'psycopg2.yaml'), 'utf8')).toBe(before)
})
