/** Folders that appear whole or not at all: built beside their place, then renamed. Safe with other runs on the same cache. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EnvironmentError } from '../core/runtime.js'

export interface Place {
  /** Absolute path of the finished folder. */
  readonly home: string
  /** Whether what stands there is whole; one that is not (its Python was removed) is replaced. */
  readonly isComplete: () => Promise<boolean>
}

/**
 * `work` gets an empty folder and answers whether it is to become `home`; otherwise it is thrown away.
 * @throws EnvironmentError where nothing can be written, and whatever `work` throws
 */
export async function buildFolder(place: Place, work: (folder: string) => Promise<boolean>): Promise<void> {
  const parent = dirname(place.home)
  const folder = join(parent, `building-${process.pid}-${(buildings += 1)}`)
  try {
    await sweep(parent)
    await mkdir(folder, { recursive: true })
    if (await work(folder)) await publish(folder, place)
  } catch (error) {
    throw asEnvironmentError(error, parent)
  } finally {
    // A failure here must not hide the first one; the next sweep tries again.
    await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}

let buildings = 0

async function publish(folder: string, { home, isComplete }: Place): Promise<void> {
  if (!(await isComplete())) await rm(home, { recursive: true, force: true })
  await rename(folder, home).catch(async (error: unknown) => {
    if (!(await isComplete())) throw error // else another run was first, and its folder is as good as ours
  })
}

/** Removes what killed runs left half built. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = /^building-(\d+)-\d+$/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) await rm(join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM' // somebody else's process, and so alive
  }
}

const UNWRITABLE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST'])

/** What the file system refuses is a matter of the surroundings; anything else passes as it is. */
export function asEnvironmentError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !UNWRITABLE.has(errorCode(error) ?? '')) return error
  const next = 'free some space or make it writable (PGMATRIX_CACHE names another cache folder)'
  return new EnvironmentError(`cannot write to ${folder}: ${error.message}; ${next}, and run again`)
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
