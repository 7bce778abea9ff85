import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockClient, writeLocks } from '../../harness/clients/lock.js'
import { lockFits, lockHeader, lockParts, lockText } from '../../harness/clients/lock-text.js'
import { loadMatrix } from '../../harness/load/load.js'
import { ownSetting } from '../../harness/tools/setting.js'
import { psycopg2 } from './clients.js'

const old = psycopg2('2.8.6', { python: '>=3.8,<3.10' })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Families with `recipes: none`. */
const GONE = ['ocpgdb', 'psycopg2ct', 'python_pgsql']

describe('the locks of this repository', async () => {
  const loaded = await loadMatrix('matrix')
  const all = 'matrix' in loaded ? loaded.matrix.clients : []
  /** What cannot be installed any more has nothing to lock. */
  const clients = all.filter(({ family }) => !GONE.includes(family.id))

  it.each(clients.map((client) => [client.id, client] as const))(
    '%s is locked as it is written',
    (_, client) => {
      expect(client.lock).toBeDefined()
      expect(lockFits(client, client.lock ?? '')).toBe(true)
      expect(client.lock).not.toContain('/') // no address, no path
    },
  )

  it('there is none besides, but for that of the images', async () => {
    const locks = clients.map(({ id }) => `${id}.txt`)
    expect((await readdir('matrix/locks')).toSorted()).toEqual([...locks, 'images.yaml'].toSorted())
  })
})

describe('lockFits', () => {
  const lock =
    '# Written by pgmatrix lock: do not edit.\n# install: psycopg2-binary==2.8.6\n# python: >=3.8,<3.10\nx'

  it.each([
    ['the same', old, true],
    ['the same range in other words', { ...old, python: '<3.10, >=3.8' }, true],
    ['another range', { ...old, python: '>=3.9,<3.10' }, false],
    ['another release', psycopg2('2.9.13', { python: '>=3.8,<3.10' }), false],
  ])('%s: %#', (_, client, fits) => {
    expect(lockFits(client, lock)).toBe(fits)
  })
})

describe('a lock with something to build', () => {
  const bare = psycopg2('2.8.6', { python: '>=3.8,<3.10' })
  const building = { ...bare, builds: ['psycopg2-binary'] }
  const text = lockText(building, 'psycopg2-binary==2.8.6\n', 'setuptools==1\n')

  it('says what, and what with', () => {
    expect(lockParts(text)).toEqual({
      requirements: `${lockHeader(building)}psycopg2-binary==2.8.6\n`,
      builds: ['psycopg2-binary'],
      tools: 'setuptools==1\n',
    })
    expect(lockParts(lockText(bare, 'x\n', ''))).toMatchObject({ builds: [], tools: '' })
  })

  it('fits no client that builds something else', () => {
    expect(lockFits(building, text)).toBe(true)
    expect(lockFits(bare, text)).toBe(false)
    expect(lockFits({ ...building, builds: ['psycopg2-binary', 'x'] }, text)).toBe(false)
    expect(lockFits(building, lockText(bare, '', ''))).toBe(false)
  })
})

describe('lockClient', () => {
  it('resolves to hashes of wheels, without addresses or paths', async () => {
    const { written, refused } = await writeLocks(folder, [old])
    expect({ written, refused }).toEqual({ written: ['locks/psycopg2-2.8.6.txt'], refused: [] })
    const text = await readFile(join(folder, 'locks/psycopg2-2.8.6.txt'), 'utf8')
    expect(lockFits(old, text)).toBe(true)
    expect(text).toMatch(/^psycopg2-binary==2\.8\.6 \\\n {4}--hash=sha256:[0-9a-f]{64}/m)
    expect(text).not.toContain('/')
  })

  it('locks the source of what is built, and what it is built with', async () => {
    const locked = await lockClient({ ...old, builds: ['psycopg2-binary'] })
    const { requirements, tools } = lockParts('text' in locked ? locked.text : '')
    expect(requirements).toMatch(/^psycopg2-binary==2\.8\.6 \\\n {4}--hash=sha256:[0-9a-f]{64}/m)
    expect(tools).toMatch(/^setuptools==[^]*--hash=[^]*^wheel==[^]*--hash=/m)
  })

  it('says why there is no wheel, and leaves the file that was there', async () => {
    const modern = psycopg2('2.8.6', { python: '>=3.12' })
    const { written, refused } = await writeLocks(folder, [modern])
    expect(written).toEqual([])
    expect(refused[0]?.reason).toContain('has no usable wheels')
    expect(lockFits(old, await readFile(join(folder, 'locks/psycopg2-2.8.6.txt'), 'utf8'))).toBe(true)
  })

  it('calls a release that does not exist a mistake', async () => {
    const missing = psycopg2('2.9.999', { python: '>=3.10' })
    await expect(lockClient(missing)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/^psycopg2-2\.9\.999: .*no such release/),
    })
  })

  it('is an environment error without a network', async () => {
    const setting = ownSetting({
      env: { ...process.env, UV_DEFAULT_INDEX: 'http://127.0.0.1:9/simple', UV_HTTP_RETRIES: '0' },
    })
    await expect(lockClient(psycopg2('2.9.4', { python: '>=3.8' }), setting)).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining('the package index was not reached'),
    })
  })
})
