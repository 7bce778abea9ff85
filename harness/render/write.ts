/** Writes the site: the whole of it into a folder beside the target, which then takes the target's place. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Results } from '../core/result.js'
import { EnvironmentError, UsageError } from '../core/runtime.js'
import { together } from '../together.js'
import { writeOthersApart } from './apart.js'
import { publicationsOf } from './changes/compare.js'
import type { Previous } from './changes/publication.js'
import { sitemapFiles } from './data/sitemap.js'
import { DATA, MARKER, MATRIX_SCRIPT, SCRIPT } from './models/address.js'
import { CHUNK, COMPILED_SCRIPTS, markerText } from './marker.js'
import { viewResults } from './models/view.js'
import { writeFeatures, writeOthers, writerInto } from './parts.js'

export interface SiteSource {
  /** May still be read while the file is compressed. */
  readonly shown: Shown | Promise<Shown>
  /** The results file itself, offered for download. */
  readonly file: string
  /** Folder with pages/, partials/ and assets/. */
  readonly templates: string
  /** Where it is published. */
  readonly baseUrl?: string | null
}

export interface Shown {
  readonly results: Results
  /** What was published before. */
  readonly previous: Previous | null
}

/** Cells from which on a thread of its own is worth its start: with fewer, all is done within a second or two. */
const MANY = 10_000

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
  const { templates, file } = source
  await mkdir(path.join(folder, path.dirname(DATA)), { recursive: true })
  const [pages = 0] = await together(
    [() => writePages(folder, source), () => compress(file, path.join(folder, DATA))],
    (write) => write(),
    { signals: [] },
  )
  await cp(path.join(templates, 'assets'), path.join(folder, 'assets'), { recursive: true })
  for (const script of [SCRIPT, MATRIX_SCRIPT])
    await copyFile(path.join(COMPILED_SCRIPTS, path.basename(script)), path.join(folder, script))
  await writeFile(path.join(folder, MARKER), await markerText(source))
  return pages
}

/** With all that stands beside them. Returns their number. */
async function writePages(folder: string, source: SiteSource): Promise<number> {
  const { templates, baseUrl = null } = source
  const { results, previous } = await source.shown
  const view = viewResults(results)
  const site = { baseUrl, publications: publicationsOf(view, previous) }
  const part = { folder, templates, site }
  const parts = await together(
    [
      () => writeFeatures(view, part),
      () => (view.cells.length < MANY ? writeOthers(view, part) : writeOthersApart(results, part)),
    ],
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

/** A run of the whole matrix has hundreds of megabytes, most of them the same code over and over. */
async function compress(file: string, target: string): Promise<undefined> {
  if (file.endsWith('.gz')) await copyFile(file, target)
  else
    await pipeline(createReadStream(file, { highWaterMark: CHUNK }), createGzip(), createWriteStream(target))
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

function unwritable(target: string, error: NodeJS.ErrnoException): EnvironmentError {
  return new EnvironmentError(
    `${target}: the site cannot be written (${error.message}). Free space or name another folder with --site.`,
  )
}
