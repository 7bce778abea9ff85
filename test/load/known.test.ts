/** Matrices that were checked before. */
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openMatrix } from '../../harness/commands/workspace.js'
import { readMatrix } from '../../harness/load/load.js'
import { knownMatrix, rememberMatrix } from '../../harness/load/known.js'
import { scenario } from './scenario.js'

const before = process.env.PGMATRIX_CACHE
let cache: string

beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'pgmatrix-known-'))
  process.env.PGMATRIX_CACHE = cache
})

afterEach(async () => {
  usualCache()
  await rm(cache, { recursive: true })
})

function usualCache(): void {
  if (before === undefined) delete process.env.PGMATRIX_CACHE
  else process.env.PGMATRIX_CACHE = before
}

async function remember(folder: string) {
  const reading = await readMatrix(folder)
  expect(reading.problems).toEqual([])
  await rememberMatrix(folder, reading)
  return reading.matrix
}

const kept = async () =>
  (await readdir(path.join(cache, 'matrices'))).map((name) => path.join(cache, 'matrices', name))

it('of the whole matrix, all is known as it was read', async () => {
  expect(await knownMatrix('matrix')).toBeUndefined()
  const matrix = await remember('matrix')
  expect(await knownMatrix('matrix')).toEqual(matrix)
  expect(await openMatrix('matrix')).toEqual(matrix)
})

it.each<[string, (folder: string) => Promise<unknown>]>([
  ['a file that says something else', (folder) => appendFile(path.join(folder, 'servers.yaml'), '# more\n')],
  ['a file that is gone', (folder) => rm(path.join(folder, 'clients/asyncpg.yaml'))],
  ['a file more', (folder) => writeFile(path.join(folder, 'clients/other.yaml'), '')],
  ['a file that could have been there', (folder) => writeLock(folder)],
])('is not known any more with %s', async (_, change) => {
  await using files = await scenario()
  await remember(files.folder)
  expect(await knownMatrix(files.folder)).toBeDefined()
  await change(files.folder)
  expect(await knownMatrix(files.folder)).toBeUndefined()
})

async function writeLock(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'locks'))
  await writeFile(path.join(folder, 'locks/psycopg2-2.9.13.txt'), 'psycopg2-binary==2.9.13\n')
}

it('is not known where a bit of what was kept is turned', async () => {
  await using files = await scenario()
  await remember(files.folder)
  const [file = ''] = await kept()
  const bytes = await readFile(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  await writeFile(file, bytes)
  expect(await knownMatrix(files.folder)).toBeUndefined()
})

it('with problems is never kept', async () => {
  usualCache() // which has the program that checks Python
  await using files = await scenario()
  await appendFile(path.join(files.folder, 'servers.yaml'), 'nonsense: true\n')
  await expect(openMatrix(files.folder)).rejects.toThrow(/nonsense/)
  expect(await knownMatrix(files.folder)).toBeUndefined()
})

it('is read anew each time where the cache folder is no folder', async () => {
  await using files = await scenario()
  await writeFile(path.join(cache, 'matrices'), '')
  await remember(files.folder)
  expect(await knownMatrix(files.folder)).toBeUndefined()
})

it('is kept of the last few folders', async () => {
  for (let count = 0; count < 10; count++) {
    await using files = await scenario()
    await remember(files.folder)
    expect(await knownMatrix(files.folder)).toBeDefined()
  }
  expect(await kept()).toHaveLength(8)
})
