/** Writes the site: the whole of it into a folder beside the target, which then takes the target's place. */
import { existsSync, statSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Results } from '../core/result.js'
import { EnvironmentError, UsageError } from '../core/runtime.js'
import { together } from '../together.js'
import { OthersThread } from './apart.js'
import { publicationsOf } from './changes/compare.js'
import type { Previous } from './changes/publication.js'
import { sitemapFiles } from './data/sitemap.js'
import { MARKER, MATRIX_SCRIPT, SCRIPT } from './models/address.js'
import { COMPILED_SCRIPTS, type Origin } from './marker.js'
import { viewResults } from './models/view.js'
import { writeOrigin } from './origin.js'
import { writeFeatures, writeOthers, writerInto } from './parts.js'

export interface SiteSource extends Origin {
  /** May still be read while the file is compressed. */
  readonly shown: Shown | Promise<Shown>
}

export interface Shown {
  readonly results: Results
  /** What was published before. */
  readonly previous: Previous | null
}

/** Bytes of a results file from which on a thread of its own is worth its start: with ten thousand cells or less, all is done within a second or two. */
const LARGE = 15_000_000
/** How many times smaller one is that was compressed. */
const COMPRESSED = 7

/** What an earlier render did not make and must not remove. */
const KEPT = 'README.md'

/**
 * The same results give the same bytes. Returns the number of pages.
 * @throws UsageError when the target holds something else than a site of ours; EnvironmentError when it cannot be written.
 */
export async function writeSite(source: SiteSource, target: string): Promise<number> {
  Promise.resolve(source.shown).catch(() => {}) // It is awaited further down, where its failure is thrown.
  const place = existsSync(target) ? await realpath(target) : path.resolve(target)
  await refuseForeign(place)
  try {
    return await replace(place, (folder) => fill(folder, source))
  } catch (error) {
    await source.shown // What cannot be read is said as it was.
    throw isSystemError(error) ? unwritable(target, error) : error
  }
}

async function refuseForeign(place: string): Promise<void> {
  if (!existsSync(place)) return
  const names = await readdir(place).catch(() => [place])
  if (names.includes(MARKER) || names.every((name) => name === KEPT)) return
  throw new UsageError(
    `${place} was not made by pgmatrix (it has no ${MARKER}) and is not replaced: name an empty folder with --site`,
  )
}

async function replace(place: string, make: (folder: string) => Promise<number>): Promise<number> {
  await mkdir(path.dirname(place), { recursive: true })
  const workspace = await mkdtemp(path.join(path.dirname(place), `.${path.basename(place)}-`))
  try {
    const [fresh, old] = [path.join(workspace, 'fresh'), path.join(workspace, 'old')]
    const pages = await make(fresh)
    if (existsSync(path.join(place, KEPT))) await copyFile(path.join(place, KEPT), path.join(fresh, KEPT))
    if (existsSync(place)) await rename(place, old)
    await rename(fresh, place)
    return pages
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

async function fill(folder: string, source: SiteSource): Promise<number> {
  const { file, templates, baseUrl = null } = source
  const origin = { file, templates, baseUrl }
  await using thread = isLarge(file) ? new OthersThread({ origin, folder }) : null
  const [pages = 0] = await together(
    [
      () => writePages(folder, source, thread),
      async () => (thread ? undefined : await writeOrigin(origin, folder)),
    ],
    (write) => write(),
    { signals: [] },
  )
  await cp(path.join(templates, 'assets'), path.join(folder, 'assets'), { recursive: true })
  for (const script of [SCRIPT, MATRIX_SCRIPT])
    await copyFile(path.join(COMPILED_SCRIPTS, path.basename(script)), path.join(folder, script))
  return pages
}

function isLarge(file: string): boolean {
  return statSync(file).size > (file.endsWith('.gz') ? LARGE / COMPRESSED : LARGE)
}

/** With all that stands beside them. Returns their number. */
async function writePages(folder: string, source: SiteSource, thread: OthersThread | null): Promise<number> {
  const { templates, baseUrl = null } = source
  const { results, previous } = await source.shown
  const view = viewResults(results)
  const site = { baseUrl, publications: publicationsOf(view, previous) }
  const part = { folder, templates, site }
  const parts = await together(
    [() => writeFeatures(view, part), () => thread?.write(results, part) ?? writeOthers(view, part)],
    (write) => write(),
    { signals: [] },
  )
  const pages = parts.flatMap(({ all }) => all)
  refuseTwice(pages)
  const listed = parts.flatMap((part) => part.listed).toSorted()
  const into = writerInto(folder)
  for (const { name, text } of sitemapFiles(view, site, listed)) into(name, text)
  return pages.length
}

/** Some file systems take two names that differ in case for one. */
function refuseTwice(pages: readonly string[]): void {
  const names = pages.map((page) => page.toLowerCase())
  const twice = pages.find((_, index) => names.indexOf(names[index] ?? '') !== index)
  if (twice !== undefined) throw new UsageError(`results: two pages would be called ${twice}`)
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

function unwritable(target: string, error: NodeJS.ErrnoException): EnvironmentError {
  return new EnvironmentError(
    `${target}: the site cannot be written (${error.message}). Free space or name another folder with --site.`,
  )
}
