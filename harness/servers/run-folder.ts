/** The folder of a run: sockets, logs and data of its servers, closed to other accounts, gone when the run ends. */
import { randomBytes } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { chown, mkdir, readFile, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { EnvironmentError } from '../core/runtime.js'
import { closedFolder, type Account } from './account.js'
import { pidNamespace, startOf } from './process-table.js'

export const RUN_FOLDER = /^pgmatrix-[0-9a-f]{8}$/
const OWNER_FILE = 'supervisor.json'
/** Nine servers take about 600 MB, and each worker adds a database of 8 MB on each. */
const ROOM = 1.5 * 1024 ** 3
/** The kernel's limit is 103 bytes on macOS, 107 on Linux. */
const SOCKET_PATH_LIMIT = 100

const ownerSchema = z.strictObject({ pid: z.number().int(), start: z.string(), namespace: z.string() })
/** The supervisor that a run folder belongs to. */
export type Owner = z.infer<typeof ownerSchema>

/** Where run folders may lie, the best place first: in memory, else on disk. Real paths, as processes report them. */
export function runRoots(): string[] {
  const known = ['/dev/shm', tmpdir(), '/tmp'].filter((root) => existsSync(root))
  return [...new Set(known.map((root) => realpathSync(root)))]
}

/**
 * Path for a new run folder; nothing is created.
 * @throws EnvironmentError where no place has room and is open to the account
 */
export async function chooseRunFolder(account: Account | null): Promise<string> {
  const name = `pgmatrix-${randomBytes(4).toString('hex')}`
  for (const root of runRoots()) {
    const folder = join(root, name)
    const longest = join(folder, '18', '.s.PGSQL.5432')
    if (longest.length < SOCKET_PATH_LIMIT && (await hasRoom(root)) && (await isOpen(root, account)))
      return folder
  }
  throw new EnvironmentError(
    `No place for the servers' data: none of ${runRoots().join(', ')} has 1.5 GB free and can be entered by PostgreSQL's account. ` +
      'Free some space, or set TMPDIR to a folder with a short path.',
  )
}

async function hasRoom(root: string): Promise<boolean> {
  const space = await statfs(root).catch(() => undefined)
  return space !== undefined && space.bavail * space.bsize >= ROOM
}

async function isOpen(root: string, account: Account | null): Promise<boolean> {
  return (await closedFolder(root, account)) === undefined
}

/** Creates the folder in the name of this process, which is the supervisor. */
export async function createRunFolder(folder: string, account: Account | null): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  const owner: Owner = {
    pid: process.pid,
    start: (await startOf(process.pid)) ?? '',
    namespace: await pidNamespace(),
  }
  await writeFile(join(folder, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 })
  if (account) await chown(folder, account.uid, account.gid)
}

/** Undefined where the record is missing or damaged: its supervisor died at once. */
export async function ownerOf(folder: string): Promise<Owner | undefined> {
  const text = await readFile(join(folder, OWNER_FILE), 'utf8').catch(() => '')
  try {
    return ownerSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
