/** PgBouncer in transaction mode in front of a server. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Profile } from '../core/matrix.js'
import { roleOf, type Equipment } from './profile.js'

/** First release that keeps track of prepared statements. */
const TRACKING = [1, 21]
/** First release that survives a cancel request: https://github.com/pgbouncer/pgbouncer/issues/822 */
const STEADY = [1, 19]

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

export function hasPooler(profile: Profile): boolean {
  return profile === 'pgbouncer' || profile === 'pgbouncer-tracking'
}

/** Why this profile can't be had with that binary, or undefined. */
export function poolerProblem(profile: Profile, binary: PoolerBinary | undefined): string | undefined {
  if (!hasPooler(profile)) return undefined
  if (!binary)
    return 'there is no PgBouncer on this machine: install it (apt-get install pgbouncer), or name it with PGMATRIX_PGBOUNCER'
  const weakness = poolerWeakness(profile, binary.version)
  return weakness && `${weakness}: install a newer one, or name it with PGMATRIX_PGBOUNCER`
}

/** Why this release is not fit for the profile, or undefined. */
export function poolerWeakness(profile: Profile, version: string): string | undefined {
  if (!isSince(version, STEADY))
    return `PgBouncer ${version} ends itself at a cancel request, as do all before 1.19`
  if (profile === 'pgbouncer' || isSince(version, TRACKING)) return undefined
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
  const tracked = profile === 'pgbouncer-tracking' ? 200 : 0
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
    ...(isSince(version, TRACKING) ? [`max_prepared_statements = ${tracked}`] : []),
    '',
  ]
  return { 'pgbouncer.ini': ini.join('\n'), 'users.txt': `"${roleOf('scram')}" "${password}"\n` }
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
    const said = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 5000, stdio: 'pipe' })
    return versionIn(said)
  } catch {
    return undefined
  }
}
