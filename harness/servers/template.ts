/** An initdb'ed data folder per server release, kept in the cache and copied for each start. */
import { execFile } from 'node:child_process'
import { appendFile, chown, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { EnvironmentError } from '../core/runtime.js'
import { closedFolder, type Account } from './account.js'
import { cacheEntry } from './cache-entry.js'
import { HBA } from './settings.js'

const run = promisify(execFile)

/** Part of the template's name: grows with every change to what this file does. */
const EDITION = 1
const INITDB = ['-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale=C', '-A', 'trust']

/**
 * The folder to copy, owned by the account that the servers run as.
 * @param binaries folder of an unpacked package
 * @throws EnvironmentError
 */
export async function dataTemplate(
  binaries: string,
  cache: string,
  account: Account | null,
): Promise<string> {
  const name = `${basename(binaries)}-${EDITION}-${account?.uid ?? process.getuid?.()}`
  return cacheEntry(join(cache, 'templates'), name, async (place) => {
    await refuseClosed(place, account)
    const data = join(place, 'data')
    await mkdir(data, { mode: 0o700 })
    if (account) await chown(data, account.uid, account.gid)
    await initdb(join(binaries, 'native', 'bin', 'initdb'), data, account)
    await writeFile(join(data, 'pg_hba.conf'), HBA)
    await appendFile(join(data, 'postgresql.conf'), "\ninclude 'pgmatrix.conf'\n")
    return data
  })
}

async function refuseClosed(path: string, account: Account | null): Promise<void> {
  const closed = await closedFolder(path, account)
  if (!closed) return
  throw new EnvironmentError(
    `PostgreSQL's account can't enter ${closed}: open it (chmod o+x), or set PGMATRIX_CACHE to a folder that every account can read.`,
  )
}

async function initdb(program: string, data: string, account: Account | null): Promise<void> {
  const options = { ...account, cwd: data, env: SERVER_ENV, timeout: 120_000 }
  await run(program, [...INITDB, '-D', data], options).catch((error: unknown) => {
    const told = error instanceof Error ? error.message.trim() : String(error)
    throw new EnvironmentError(
      `initdb failed: ${told}\nIt needs glibc, an account with a name and 60 MB of free disk; ${program} can be run by hand.`,
    )
  })
}

/** Nothing of the caller's environment reaches a server. */
export const SERVER_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
