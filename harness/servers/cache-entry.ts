/** Entries of the cache folder appear whole or not at all: made in a temporary folder beside their place, then renamed. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { EnvironmentError } from '../core/runtime.js'

const TEMPORARY = '.new-'
const DAY_MS = 24 * 3600 * 1000

/**
 * The entry `name` of `folder`, made by `make` in the temporary folder that it gets where the entry does not exist yet.
 * Two runs may do this at the same time: the second one's work is thrown away.
 * @throws EnvironmentError where the disk is full or the folder can't be written
 */
export async function cacheEntry(
  folder: string,
  name: string,
  make: (place: string) => Promise<string>,
): Promise<string> {
  const entry = join(folder, name)
  if (await exists(entry)) return entry
  const temporary = join(folder, `${TEMPORARY}${randomBytes(6).toString('hex')}`)
  try {
    await makeOpenFolder(folder)
    await removeAbandoned(folder)
    await mkdir(temporary, { mode: 0o755 })
    await chmod(temporary, 0o755)
    await publish(await make(temporary), entry)
    return entry
  } catch (error) {
    throw explained(error, folder)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Creates the folder and what is missing above it, readable for other accounts whatever the umask is. */
async function makeOpenFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o755 })
  if (!first) return
  let path = first
  await chmod(path, 0o755)
  for (const step of relative(first, folder).split(sep).filter(Boolean)) {
    path = join(path, step)
    await chmod(path, 0o755)
  }
}

async function publish(made: string, entry: string): Promise<void> {
  await rename(made, entry).catch(async (error: unknown) => {
    if (!(await exists(entry))) throw error
  })
}

/** What a killed run left behind. A day is longer than any download. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(TEMPORARY)) continue
    const path = join(folder, name)
    const seen = await stat(path).catch(() => undefined)
    if (seen && Date.now() - seen.mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function explained(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const place = dirname(folder)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new EnvironmentError(
      `The disk is full: free about 200 MB for ${place}, or set PGMATRIX_CACHE to a folder with room.`,
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new EnvironmentError(
      `May not write in ${place} (${code}): set PGMATRIX_CACHE to a folder that you can write.`,
    )
  return error
}
