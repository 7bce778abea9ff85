/** Renders results into a folder that goes away with the test. */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type CheerioAPI, load } from 'cheerio'
import type { Results } from '../../harness/core/result.js'
import type { Previous } from '../../harness/render/changes/publication.js'
import { type SiteSource, writeSite } from '../../harness/render/write.js'
import { asLines } from './made-results.js'

const TEMPLATES = path.resolve('templates')

type Publishing = Pick<SiteSource, 'baseUrl'> & { readonly previous?: Previous | null }

export interface RenderedSite extends AsyncDisposable {
  readonly folder: string
  /** Names of all pages, relative to the folder, sorted. */
  readonly pages: readonly string[]
  text(page: string): Promise<string>
  exists(name: string): boolean
  dom(page: string): Promise<CheerioAPI>
}

export async function rendered(results: Results, how: Publishing = {}): Promise<RenderedSite> {
  const place = await mkdtemp(path.join(tmpdir(), 'pgmatrix-render-'))
  const folder = path.join(place, 'site')
  await renderInto(folder, results, how)
  const text = (page: string) => readFile(path.join(folder, page), 'utf8')
  const names = await readdir(folder, { recursive: true })
  return {
    folder,
    pages: names.filter((name) => name.endsWith('.html')).toSorted(),
    text,
    exists: (name) => existsSync(path.join(folder, name)),
    dom: async (page) => load(await text(page)),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true }),
  }
}

/** The results file is made beside the site. */
export async function renderInto(
  folder: string,
  results: Results,
  { previous = null, ...how }: Publishing = {},
): Promise<number> {
  const file = `${folder}.jsonl`
  await writeFile(file, asLines(results))
  return writeSite({ shown: { results, previous }, file, templates: TEMPLATES, ...how }, folder)
}
