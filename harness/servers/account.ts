/** The account that PostgreSQL runs as. It refuses uid 0, and initdb wants an account with a name. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { EnvironmentError } from '../core/runtime.js'

const run = promisify(execFile)

export interface Account {
  readonly uid: number
  readonly gid: number
}

const NAME = 'pgmatrix'

/**
 * Null means the caller's own account. As root it is the system account `pgmatrix`, which is created where it is missing.
 * @throws EnvironmentError where it can't be created.
 */
export async function serverAccount(): Promise<Account | null> {
  if (process.geteuid?.() !== 0) return null
  return (await lookUp(NAME)) ?? (await create(NAME))
}

/** The same without creating anything: null as well where the account does not exist (yet). */
export async function existingAccount(): Promise<Account | null> {
  return process.geteuid?.() === 0 ? ((await lookUp(NAME)) ?? null) : null
}

async function lookUp(name: string): Promise<Account | undefined> {
  const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined)
  if (!ids) return undefined
  const [uid, gid] = [Number(ids[0].stdout), Number(ids[1].stdout)]
  if (uid > 0 && gid > 0) return { uid, gid }
  throw new EnvironmentError(
    `The account "${name}" has uid ${uid} and gid ${gid}: PostgreSQL must not run as root.`,
  )
}

async function create(name: string): Promise<Account> {
  const options = [
    '--system',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
  ]
  const failure = await run('useradd', [...options, name]).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message.trim() : String(error)),
  )
  // Another run may have created it meanwhile, so what counts is that it is there.
  const account = await lookUp(name)
  if (account) return account
  throw new EnvironmentError(
    `PostgreSQL must not run as root, and the system account "${name}" could not be created (${failure ?? 'not found afterwards'}). ` +
      `Create it (useradd --system ${name}), or run pgmatrix as an ordinary user.`,
  )
}

/** The first folder on the way down to `path` that `account` can't enter; undefined where the way is open. */
export async function closedFolder(path: string, account: Account | null): Promise<string | undefined> {
  if (!account) return undefined
  const folder = dirname(path)
  const above = folder === path ? undefined : await closedFolder(folder, account)
  return above ?? ((await canEnter(path, account)) ? undefined : path)
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder)
  if (uid === account.uid) return (mode & 0o100) !== 0
  if (gid === account.gid) return (mode & 0o010) !== 0
  return (mode & 0o001) !== 0
}
