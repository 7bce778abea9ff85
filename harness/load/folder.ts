/** Reading a matrix folder: only plain files of it, and only of a sane size. */
import { hash } from 'node:crypto'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { isErrno } from './errno.js'
import type { Problem } from './problem.js'

export interface Folder {
  /** Real path, symlinks resolved. */
  readonly root: string
  /** As places show it: relative to the working directory where it lies below that. */
  readonly shown: string
  /** What was read of it so far, as digests: of texts by path, of the names in a subfolder by its path with a slash. */
  readonly read: Map<string, string>
}

/** A data file has some kilobytes; more than this is a mistake or an attack on the parser. */
const MAX_BYTES = 1_000_000

/** Undefined where there is no such folder. */
export async function openFolder(path: string): Promise<Folder | undefined> {
  try {
    const root = await realpath(path)
    if (!(await stat(root)).isDirectory()) return undefined
    const shown = relative(process.cwd(), resolve(path))
    return { root, shown: shown.startsWith('..') ? resolve(path) : shown, read: new Map() }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** The path of a file as places show it. */
export function shownPath(folder: Folder, path: string): string {
  return join(folder.shown, path).split(sep).join('/')
}

/** Paths of the `.yaml` files of a subfolder, sorted; a missing subfolder has none. */
export async function listYaml(folder: Folder, subfolder: string, problems: Problem[]): Promise<string[]> {
  const names = await listNames(folder, subfolder)
  for (const name of names.filter((one) => one.endsWith('.yml'))) {
    const file = shownPath(folder, `${subfolder}/${name}`)
    problems.push({ place: start(file), message: 'this file is not read', hint: 'rename it to .yaml' })
  }
  return names.filter((name) => name.endsWith('.yaml')).map((name) => `${subfolder}/${name}`)
}

/** Names of everything in a subfolder that does not begin with a dot, sorted. */
export async function listNames(folder: Folder, subfolder: string): Promise<string[]> {
  const names = await namesIn(join(folder.root, subfolder))
  folder.read.set(`${subfolder}/`, digest(names.join('/')))
  return names
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).filter((name) => !name.startsWith('.')).toSorted()
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return []
    throw error
  }
}

/** Text of a file of the folder; undefined, with a problem, where it must not be or cannot be read. */
export async function readText(
  folder: Folder,
  path: string,
  problems: Problem[],
): Promise<string | undefined> {
  const text = textOf(folder, path, problems)
  folder.read.set(path, digest(text))
  return text
}

/** One after the other: of hundreds of small files, that takes a third of the time. */
function textOf(folder: Folder, path: string, problems: Problem[]): string | undefined {
  const refuse = (message: string, hint?: string): undefined => {
    problems.push({ place: start(shownPath(folder, path)), message, ...(hint !== undefined && { hint }) })
  }
  try {
    const real = realpathSync.native(join(folder.root, path))
    if (!real.startsWith(folder.root + sep))
      return refuse('a symbolic link that leaves the folder is not followed')
    const { size } = statSync(real)
    if (size > MAX_BYTES) return refuse(`file of ${size} bytes`, `${MAX_BYTES} bytes at most`)
    return readFileSync(real, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return refuse('no such file')
    if (isErrno(error)) return refuse(`cannot be read: ${error.code}`)
    throw error
  }
}

/** Undefined, and no problem, where there is no such file. */
export async function readOptionalText(
  folder: Folder,
  path: string,
  problems: Problem[],
): Promise<string | undefined> {
  try {
    await stat(join(folder.root, path))
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    folder.read.set(path, digest(undefined))
    return undefined
  }
  return readText(folder, path, problems)
}

/** Whether all of this would be read again as it was, of the folder as it is now. */
export async function isAsRead(folder: Folder, read: ReadonlyMap<string, string>): Promise<boolean> {
  const again = [...read.keys()].map((path) =>
    path.endsWith('/') ? listNames(folder, path.slice(0, -1)) : readText(folder, path, []),
  )
  await Promise.all(again)
  return [...read].every(([path, before]) => folder.read.get(path) === before)
}

function digest(text: string | undefined): string {
  return text === undefined ? 'none' : hash('sha256', text)
}

function start(file: string): { file: string; line: number; column: number } {
  return { file, line: 1, column: 1 }
}
