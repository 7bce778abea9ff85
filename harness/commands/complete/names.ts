/** Ids of the matrix, kept beside the cache from one key press to the next: reading the matrix takes longer than one likes to wait. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cacheRoot } from '../../cache.js'
import type { MatrixNames } from '../../load/names.js'
import { matrixFolder } from '../workspace.js'

export type Names = MatrixNames

const NONE: Names = { servers: [], clients: [], probes: [], groups: [] }

/** Whoever presses a key is told nothing of what went wrong: where there is no matrix there are no names. */
export async function namesOf(matrix: string | undefined): Promise<Names> {
  try {
    const folder = path.resolve(matrixFolder(matrix))
    const kept = path.join(cacheRoot(), 'completion', `${digest(folder)}.json`)
    const state = await stateOf(folder)
    return (await readKept(kept, state)) ?? (await keep(kept, state, await read(folder)))
  } catch {
    return NONE
  }
}

async function read(folder: string): Promise<Names> {
  const { readNames } = await import('../../load/names.js')
  return (await readNames(folder)) ?? NONE
}

/** Changes with every file that names depend on. Of a probe that is its name, so that folders are enough. */
async function stateOf(folder: string): Promise<string> {
  const below = async (name: string) =>
    (await readdir(path.join(folder, name)).catch(() => [])).map((one) => path.join(name, one))
  const files = [
    'servers.yaml',
    'groups.yaml',
    ...(await Promise.all(['clients', 'stacks', 'probes'].map(below))).flat(),
  ]
  const times = await Promise.all(
    files.map(
      async (file) => `${file} ${(await stat(path.join(folder, file)).catch(() => undefined))?.mtimeMs}`,
    ),
  )
  return digest(times.join('\n'))
}

interface Kept {
  readonly state: string
  readonly names: Names
}

async function readKept(file: string, state: string): Promise<Names | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const kept: Kept = JSON.parse(text)
  return kept.state === state ? kept.names : undefined
}

/** A cache that cannot be written only makes the next time slow. */
async function keep(file: string, state: string, names: Names): Promise<Names> {
  const kept: Kept = { state, names }
  const draft = `${file}.${process.pid}`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(draft, JSON.stringify(kept))
    await rename(draft, file)
  } catch {
    return names
  }
  return names
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
