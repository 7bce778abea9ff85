/** Where downloads and client environments are kept between runs. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** What decides about the place; the process's own by default. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** Effective uid; undefined where the platform has none. */
  readonly uid: number | undefined
  readonly home: string
}

/** The cache folder, as an absolute path. It need not exist yet. */
export function cacheRoot(around: Surroundings = ownSurroundings()): string {
  const { env, platform, uid, home } = around
  if (env.PGMATRIX_CACHE) return resolve(env.PGMATRIX_CACHE)
  // The servers' own account must be able to read the binaries, and root's home is usually closed to it.
  if (uid === 0 && platform === 'linux') return '/var/cache/pgmatrix'
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'pgmatrix')
  // The XDG specification tells to ignore relative paths.
  if (env.XDG_CACHE_HOME?.startsWith('/')) return join(env.XDG_CACHE_HOME, 'pgmatrix')
  return join(home, '.cache', 'pgmatrix')
}

function ownSurroundings(): Surroundings {
  return { env: process.env, platform: process.platform, uid: process.geteuid?.(), home: homedir() }
}
