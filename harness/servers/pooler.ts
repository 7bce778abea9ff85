/** PgBouncer in transaction mode in front of a server. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { POOLERS, type Pooler, type Profile, type ProfiledServer } from '../core/matrix.js'
import { roleOf, type Equipment } from './profile.js'

/** First release that keeps track of prepared statements. */
const TRACKING = [1, 21]
/** First release that survives a cancel request (https://github.com/pgbouncer/pgbouncer/issues/822) and takes the parameter `options`. */
const STEADY = [1, 20]
/** For its release. On a busy machine five seconds were not enough, and it counted as missing. */
const PATIENCE_MS = 60_000

export interface PoolerBinary {
  readonly path: string
  /** `1.18.0` */
  readonly version: string
}

/** PGMATRIX_PGBOUNCER, or what PATH and the folders for administrators have. */
export function findPooler(env: NodeJS.ProcessEnv): PoolerBinary | undefined {
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const named = env.PGMATRIX_PGBOUNCER
  const path = named || folders.map((folder) => join(folder, 'pgbouncer')).find(isProgram)
  if (!path) return undefined
  const version = versionOf(path)
  return version === undefined ? undefined : { path, version }
}

/** What is before a server: for all its clients, or for what its profile is for. */
export function poolerOf({ server, profile }: ProfiledServer): Pooler | undefined {
  return server.pooler ?? POOLERS.find((pooler) => pooler === profile)
}

/** Why this pooler can't be had with that binary, or undefined. */
export function poolerProblem(pooler: Pooler, binary: PoolerBinary | undefined): string | undefined {
  if (!binary)
    return 'there is no PgBouncer on this machine: install it (apt-get install pgbouncer), or name it with PGMATRIX_PGBOUNCER'
  const weakness = poolerWeakness(pooler, binary.version)
  return weakness && `${weakness}: install a newer one, or name it with PGMATRIX_PGBOUNCER`
}

/** Why this release is not fit for it, or undefined. */
export function poolerWeakness(pooler: Pooler, version: string): string | undefined {
  if (!isSince(version, STEADY))
    return `PgBouncer ${version} ends itself at a cancel request, or takes no options, as do all before 1.20`
  if (pooler === 'pgbouncer' || isSince(version, TRACKING)) return undefined
  return `PgBouncer ${version} keeps no track of prepared statements: 1.21 is the first that does`
}

export interface PoolerConfig {
  readonly equipment: Equipment
  readonly version: string
  /** Where it listens; `*` for all interfaces. */
  readonly address: string
  readonly port: number
  /** The server behind it: socket folder or host. */
  readonly host: string
  readonly serverPort: number
}

export const POOLER_FILES = ['pgbouncer.ini', 'users.txt'] as const

/** Its own defaults but for what makes it a pool of two in transaction mode. Name to text: lines, none of them empty. */
export function poolerFiles(config: PoolerConfig): Record<(typeof POOLER_FILES)[number], string> {
  const { equipment, version, address, port, host, serverPort } = config
  const { profile, password } = equipment
  const ini = [
    '[databases]',
    `* = host=${host} port=${serverPort}`,
    '[pgbouncer]',
    `listen_addr = ${address}`,
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    'auth_file = users.txt',
    'pool_mode = transaction',
    'default_pool_size = 2',
    // Otherwise it is chance which connection comes next.
    'server_round_robin = 1',
    ...tracking(profile, version),
    '',
  ]
  return { 'pgbouncer.ini': ini.join('\n'), 'users.txt': `"${roleOf('scram')}" "${password}"\n` }
}

/** A release that does not know the word would refuse it. */
export function tracking(pooler: Profile, version: string): string[] {
  if (!isSince(version, TRACKING)) return []
  return [`max_prepared_statements = ${pooler === 'pgbouncer-tracking' ? 200 : 0}`]
}

function isSince(version: string, since: readonly number[]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [sinceMajor = 0, sinceMinor = 0] = since
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param said what `pgbouncer --version` prints */
export function versionIn(said: string): string | undefined {
  return /^PgBouncer (\d+(?:\.\d+)+)/.exec(said)?.[1]
}

function versionOf(path: string): string | undefined {
  try {
    const said = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: PATIENCE_MS, stdio: 'pipe' })
    return versionIn(said)
  } catch {
    return undefined
  }
}
