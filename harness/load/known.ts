/**
 * A matrix that was checked and has not changed since is not parsed and checked again: it is kept in the cache folder, with digests of
 * all that was read of its folder. What checks it is part of the name under which it is kept.
 */
import { hash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { cacheRoot } from '../cache.js'
import type { Matrix } from '../core/matrix.js'
import { codeDigest } from '../own-code.js'
import { PACKAGE } from '../package.js'
import { isErrno } from './errno.js'
import { isAsRead, openFolder, type Folder } from './folder.js'

export interface Known {
  readonly matrix: Matrix
  /** As folder.ts has it. */
  readonly read: ReadonlyMap<string, string>
}

/** Matrices that are kept; the one that was not used for the longest time goes first. */
const MOST = 8
/** Hexadecimal digits of SHA-256 before the rest of a file. */
const SUM = 64
const CODE = ['load', 'core'].map((name) => fileURLToPath(new URL(`../${name}`, import.meta.url)))
const LIBRARIES = ['yaml', 'zod', 'libpg-query']

/** Undefined where it was not kept, has changed, or what was kept is not whole. */
export async function knownMatrix(matrix: string): Promise<Matrix | undefined> {
  const folder = await openFolder(matrix)
  if (!folder) return undefined
  const known = await readKnown(await fileFor(folder))
  return known && (await isAsRead(folder, known.read)) ? known.matrix : undefined
}

/** Where the cache folder cannot be written, nothing is kept. */
export async function rememberMatrix(matrix: string, known: Known): Promise<void> {
  const folder = await openFolder(matrix)
  if (!folder) return
  const file = await fileFor(folder)
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    const content = serialize(known)
    await writeFile(temporary, Buffer.concat([Buffer.from(hash('sha256', content)), content]))
    await rename(temporary, file)
    await removeOldest(path.dirname(file))
  } catch (error) {
    if (!isErrno(error)) throw error
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

async function readKnown(file: string): Promise<Known | undefined> {
  try {
    const bytes = await readFile(file)
    const content = bytes.subarray(SUM)
    if (hash('sha256', content) !== bytes.toString('latin1', 0, SUM)) return undefined
    const now = new Date()
    await utimes(file, now, now).catch(() => {}) // the oldest are removed
    return deserialize(content)
  } catch (error) {
    if (isErrno(error)) return undefined
    throw error
  }
}

/** Places in a matrix are told as they are seen from the working folder. */
async function fileFor({ root, shown }: Folder): Promise<string> {
  const require = createRequire(import.meta.url)
  const libraries = LIBRARIES.map((name) => readFile(require.resolve(`${name}/package.json`), 'utf8'))
  const fixtures = path.join(PACKAGE, 'python-fixtures')
  const made = [await codeDigest([...CODE, fixtures]), process.version, ...(await Promise.all(libraries))]
  const name = hash('sha256', JSON.stringify([root, shown, ...made])).slice(0, 32)
  return path.join(cacheRoot(), 'matrices', name)
}

async function removeOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).map((name) => path.join(folder, name))
  const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })))
  const oldest = dated.toSorted((one, other) => other.at - one.at).slice(MOST)
  await Promise.all(oldest.map(({ file }) => rm(file, { force: true })))
}
