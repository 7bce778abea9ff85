/** Removes what runs left behind whose supervisor was killed itself. */
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { existingAccount } from './account.js'
import { endProcessesIn, pidNamespace, startOf } from './process-table.js'
import { ownerOf, RUN_FOLDER, runRoots } from './run-folder.js'
import { removeSegment } from './shared-memory.js'

/** A folder without an owner's record is one that is being created, for this long. */
const BIRTH_MS = 60_000

/** Returns the folders that were removed. Folders of other accounts and of live runs are left alone. */
export async function sweep(roots: readonly string[] = runRoots()): Promise<string[]> {
  const removed: string[] = []
  for (const root of roots) {
    for (const name of await readdir(root).catch(() => [])) {
      const folder = join(root, name)
      if (!RUN_FOLDER.test(name) || !(await isOurs(folder)) || !(await isAbandoned(folder))) continue
      await removeRunFolder(folder)
      removed.push(folder)
    }
  }
  return removed
}

/** Ends the servers in a run folder, whoever started them, and removes it. */
export async function removeRunFolder(folder: string): Promise<void> {
  await endProcessesIn(folder)
  for (const server of await readdir(folder).catch(() => []))
    await removeSegment(join(folder, server, 'data'))
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function isOurs(folder: string): Promise<boolean> {
  const seen = await lstat(folder).catch(() => undefined)
  const account = await existingAccount()
  return seen !== undefined && seen.isDirectory() && [process.getuid?.(), account?.uid].includes(seen.uid)
}

async function isAbandoned(folder: string): Promise<boolean> {
  const owner = await ownerOf(folder)
  if (owner) return owner.namespace === (await pidNamespace()) && (await startOf(owner.pid)) !== owner.start
  const seen = await lstat(folder).catch(() => undefined)
  return seen !== undefined && Date.now() - seen.ctimeMs > BIRTH_MS
}
