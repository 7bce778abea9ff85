import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareClient, prepareClients } from '../../harness/clients/environment.js'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import { lockHeader } from '../../harness/clients/lock-text.js'
import type { Client } from '../../harness/core/matrix.js'
import { inRange, parseRange } from '../../harness/core/python-range.js'
import { EnvironmentError } from '../../harness/core/runtime.js'
import { ownSetting, type Setting } from '../../harness/tools/setting.js'
import { toolPath } from '../../harness/tools/tool.js'
import { psycopg2 } from './clients.js'

const interpreters = await findInterpreters()
const uv = await toolPath('uv')
const canBuild = ['gcc', 'pg_config'].every((name) => spawnSync(name, ['--version']).status === 0)
const CLOSED_PORT = 'http://127.0.0.1:9'
const UNREACHABLE = {
  HTTPS_PROXY: CLOSED_PORT,
  HTTP_PROXY: CLOSED_PORT,
  ALL_PROXY: CLOSED_PORT,
  NO_PROXY: '',
  UV_HTTP_RETRIES: '0',
}

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

/** An empty cache; uv comes from the real one, so that it is installed once for all tests. */
function setting(env: Record<string, string> = {}, parts: Partial<Setting> = {}): Setting {
  const PATH = `${dirname(uv)}:${process.env.PATH ?? ''}`
  return ownSetting({
    env: { ...process.env, PATH, ...env },
    cache,
    interpreters: async () => interpreters,
    ...parts,
  })
}

/** With a real lock's requirements under the header of this client. */
async function locked(version: string, python: string, requirements?: string) {
  const client = psycopg2(version, { python })
  const file = join(import.meta.dirname, 'fixtures', `psycopg2-${version}.txt`)
  return { ...client, lock: lockHeader(client) + (requirements ?? (await readFile(file, 'utf8'))) }
}

function newest() {
  return locked('2.9.13', '>=3.10,<3.15')
}

describe('prepareClient', () => {
  it('builds an environment, and finds it again without uv, index or network', async () => {
    const client = await newest()
    const steps: string[] = []
    const prepared = await prepareClient(client, {
      setting: setting(),
      onProgress: (text) => steps.push(text),
    })
    if (prepared.kind !== 'ready') throw new Error(prepared.reason)
    expect(prepared.packages).toEqual({ 'psycopg2-binary': client.version })
    const matching = interpreters.find(({ version }) => inRange(version, parseRange(client.python) ?? []))
    expect(prepared.python).toBe(matching?.version)
    const { stdout } = await promisify(execFile)(prepared.environment, [
      '-I',
      '-c',
      'import psycopg2; print(psycopg2.__version__)',
    ])
    expect(stdout).toContain(client.version)
    expect(steps).toEqual([`installing ${client.id} on Python ${prepared.python}`])

    const offline = { ...setting(), env: { PATH: '/nowhere', UV_OFFLINE: '1', ...UNREACHABLE } }
    expect(await prepareClient(client, { setting: offline })).toEqual(prepared)
  })

  it('takes the newest Python that there is a wheel for', async () => {
    const client = await locked('2.8.6', '>=3.8,<3.14')
    const prepared = await prepareClient(client, { setting: setting() })
    const old = interpreters.find(({ version }) => inRange(version, parseRange('>=3.8,<3.10') ?? []))
    const noWheel = expect.stringContaining('has no usable wheels')
    const expected = old ? { kind: 'ready', python: old.version } : { kind: 'refused', reason: noWheel }
    expect(prepared).toMatchObject(expected)
  })

  it('refuses a file that is not the locked one', async () => {
    const wrong = `psycopg2-binary==2.9.13 --hash=sha256:${'0'.repeat(64)}\n`
    const prepared = await prepareClient(await locked('2.9.13', '>=3.10,<3.15', wrong), {
      setting: setting(),
    })
    expect(prepared).toMatchObject({ kind: 'refused', reason: expect.stringContaining('Hash mismatch') })
    expect(await readdir(join(cache, 'environments'))).toEqual([])
  })

  /** Of PyGreSQL, which takes a C compiler, pg_config and the headers of libpq. */
  async function source(): Promise<Client> {
    const client = { ...psycopg2('6.2.3', { python: '>=3.8,<3.15' }), id: 'pygresql-6.2.3' }
    const building = { ...client, install: ['PyGreSQL==6.2.3'], builds: ['PyGreSQL'] }
    const lock = await readFile(join(import.meta.dirname, 'fixtures', 'pygresql-6.2.3.txt'), 'utf8')
    return { ...building, lock }
  }

  it.runIf(canBuild)('builds what has no wheel, and says so', async () => {
    const prepared = await prepareClient(await source(), { setting: setting() })
    if (prepared.kind !== 'ready') throw new Error(prepared.reason)
    expect(prepared.packages).toEqual({ pygresql: '6.2.3' })
    expect(prepared.built).toEqual({ pygresql: expect.stringMatching(/^cp3\d+-cp3\d+-/) })
  })

  it('does not run, and refuses nothing, where the machine lacks what a build takes', async () => {
    const prepared = await prepareClient(await source(), { setting: setting({ PATH: dirname(uv) }) })
    expect(prepared).toMatchObject({
      kind: 'not-run',
      reason: expect.stringMatching(
        /^on Python 3.*: PyGreSQL must be built from source, and this machine lacks pg_config .*apt-get install libpq-dev/,
      ),
    })
    expect(await readdir(join(cache, 'environments'))).toEqual([])
  })

  it.each([
    ['no Python in its range', '>=3.99', /^needs Python >=3\.99; found 3\..*Install one that fits/],
    ['a range that contradicts itself', '>=3.12,<3.9', /^needs Python >=3\.12,<3\.9; found/],
  ])('does not run with %s', async (_, python, reason) => {
    const prepared = await prepareClient(await locked('2.9.13', python), { setting: setting() })
    expect(prepared).toMatchObject({ kind: 'not-run', reason: expect.stringMatching(reason) })
  })

  it('does not run on a lock made for something else', async () => {
    const client = { ...(await newest()), python: '>=3.11,<3.15' }
    const prepared = await prepareClient(client, { setting: setting() })
    expect(prepared).toMatchObject({
      kind: 'not-run',
      reason: expect.stringContaining("pgmatrix lock 'psycopg2-"),
    })
  })

  it('resolves a client that has no lock once', async () => {
    const client = psycopg2('2.9.13', { python: '>=3.10,<3.15' })
    expect(await prepareClient(client, { setting: setting() })).toMatchObject({ kind: 'ready' })
    expect(await prepareClient(client, { setting: setting(UNREACHABLE) })).toMatchObject({ kind: 'ready' })
  })

  it('needs no network to refuse what refused the last time', async () => {
    const client = psycopg2('2.8.6', { python: '>=3.10,<3.15' })
    const refused = await prepareClient(client, { setting: setting() })
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('no usable wheels') })
    await rm(join(cache, 'uv'), { recursive: true, force: true })
    expect(await prepareClient(client, { setting: setting(UNREACHABLE) })).toEqual(refused)
    const other = psycopg2('2.8.5', { python: '>=3.10,<3.15' })
    await expect(prepareClient(other, { setting: setting(UNREACHABLE) })).rejects.toThrow(EnvironmentError)
  })

  it("needs no network for what uv's own cache holds", async () => {
    const client = await newest()
    await prepareClient(client, { setting: setting() })
    await rm(join(cache, 'environments'), { recursive: true })
    expect(await prepareClient(client, { setting: setting(UNREACHABLE) })).toMatchObject({ kind: 'ready' })
  })
})

describe('prepareClients', () => {
  it('keeps the order, whatever each one ends as', async () => {
    const clients = [await locked('2.9.13', '>=3.99'), await newest()]
    const prepared = await prepareClients(clients, { setting: setting() })
    expect(prepared.map(({ kind, client }) => [kind, client])).toEqual([
      ['not-run', clients[0]],
      ['ready', clients[1]],
    ])
  })

  /** A program named uv that fails as the real one does when something is wrong with the machine. */
  async function brokenUv(script: string): Promise<Setting> {
    const folder = join(cache, 'bin')
    await mkdir(folder)
    await writeFile(
      join(folder, 'uv'),
      `#!/bin/sh\ncase "$1" in --version) echo "uv 99.0.0";; venv) ;; *) ${script};; esac\n`,
    )
    await chmod(join(folder, 'uv'), 0o755)
    return setting({ PATH: `${folder}:/usr/bin:/bin` })
  }

  it.each([
    [
      'the index is unreachable',
      () => setting(UNREACHABLE),
      /installing psycopg2-.* failed: the package index was not reached; check the network/,
    ],
    [
      'the disk is full',
      () => brokenUv('echo "No space left on device (os error 28)" >&2; exit 2'),
      /free some space/,
    ],
    [
      'the release is gone',
      () => brokenUv('echo "there is no version of x==1" >&2; exit 1'),
      /no such release; choose another/,
    ],
    ['there is no Python', () => setting({}, { interpreters: async () => [] }), /no Python 3\.8 or later/],
  ])('fails as a whole when %s, and leaves nothing half built', async (_, broken, message) => {
    const preparing = prepareClients([await newest(), await locked('2.9.5', '>=3.8,<3.12')], {
      setting: await broken(),
    })
    await expect(preparing).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(message),
    })
    expect(await readdir(join(cache, 'environments')).catch(() => [])).toEqual([])
  })

  it('stops when told to, and leaves nothing half built', async () => {
    const stop = new AbortController()
    const hanging = await brokenUv('sleep 60')
    const preparing = prepareClients([await newest()], { setting: hanging, signal: stop.signal })
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 500)
    await expect(preparing).rejects.toThrow('Ctrl-C')
    expect(await readdir(join(cache, 'environments'))).toEqual([])
  })

  it('removes what a killed run left half built', async () => {
    await mkdir(join(cache, 'environments', 'building-999999999-1'), { recursive: true })
    await prepareClients([await newest()], { setting: setting() })
    expect(
      (await readdir(join(cache, 'environments'))).filter((name) => name.startsWith('building')),
    ).toEqual([])
  })
})
