/** Renders results into a folder that goes away with the test. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type CheerioAPI, load } from 'cheerio'
import type { Results } from '../../harness/core/result.js'
import type { SiteFacts } from '../../harness/render/site.js'
import { writeSite } from '../../harness/render/write.js'
import { asLines } from './made-results.js'

const TEMPLATES = path.resolve('templates')

export interface RenderedSite extends AsyncDisposable {
  readonly folder: string
  /** Names of all pages, relative to the folder, sorted. */
  readonly pages: readonly string[]
  text(page: string): Promise<string>
  dom(page: string): Promise<CheerioAPI>
}

export async function rendered(results: Results, site?: SiteFacts): Promise<RenderedSite> {
  const place = await mkdtemp(path.join(tmpdir(), 'pgmatrix-render-'))
  const folder = path.join(place, 'site')
  await renderInto(folder, results, site)
  const text = (page: string) => readFile(path.join(folder, page), 'utf8')
  const names = await readdir(folder, { recursive: true })
  return {
    folder,
    pages: names.filter((name) => name.endsWith('.html')).toSorted(),
    text,
    dom: async (page) => load(await text(page)),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true }),
  }
}

/** The results file is made beside the site. */
export async function renderInto(folder: string, results: Results, site?: SiteFacts): Promise<number> {
  const file = `${folder}.jsonl`
  await writeFile(file, asLines(results))
  return writeSite({ results, file, templates: TEMPLATES, ...(site && { site }) }, folder)
}
