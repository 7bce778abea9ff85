/** A site is written in two parts of about the same length, so that two processors can share it: what there is of single features, and all else. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { CARD, socialCard } from './card.js'
import { dataOf, featureDataOf } from './data/data.js'
import type { DataFile } from './data/file.js'
import { headOf } from './head.js'
import { VERDICT_DATA } from './models/address.js'
import { siteDataScript } from './models/site-data.js'
import type { ResultsView } from './models/view.js'
import { featurePages, otherPages, type Page } from './pages.js'
import type { SiteFacts } from './site.js'
import { loadTemplates } from './templates.js'

export interface Part {
  readonly folder: string
  /** Folder with pages/ and partials/. */
  readonly templates: string
  readonly site: SiteFacts
}

/** Addresses of the pages of a part. */
export interface WrittenPages {
  readonly all: readonly string[]
  /** For search engines. */
  readonly listed: readonly string[]
}

/** Not for search engines. */
const UNLISTED: readonly string[] = ['embed', 'moved']

/** Of each feature its page, which shows the evidence, its row for other sites, and its badges. */
export async function writeFeatures(view: ResultsView, part: Part): Promise<WrittenPages> {
  writeFiles(featureDataOf(view), part.folder)
  return writePages(featurePages(view), part)
}

/** All other pages, and the files beside them. They need no evidence. */
export async function writeOthers(view: ResultsView, part: Part): Promise<WrittenPages> {
  const { folder, site } = part
  writeFiles(dataOf(view, site), folder)
  const into = writerInto(folder)
  into(VERDICT_DATA, siteDataScript(view))
  if (site.baseUrl !== null) into(CARD.name, socialCard(view)) // Its address stands in the pages, and must be whole.
  return writePages(otherPages(view, site), part)
}

async function writePages(pages: Iterable<Page>, { folder, templates, site }: Part): Promise<WrittenPages> {
  const render = await loadTemplates(templates)
  const into = writerInto(folder)
  const all: string[] = []
  const listed: string[] = []
  for (const page of pages) {
    const name = page.model.frame.page
    into(name, render(page, headOf(page, site)))
    all.push(name)
    if (!UNLISTED.includes(page.template)) listed.push(name)
    await yieldToOthers() // the results are compressed meanwhile
  }
  return { all, listed }
}

function writeFiles(files: Iterable<DataFile>, folder: string): void {
  const into = writerInto(folder)
  for (const { name, text } of files) into(name, text)
}

/** Writes thousands of small files: one after the other, which is faster than to wait for each. */
export function writerInto(folder: string): (name: string, content: string | Uint8Array) => void {
  const made = new Set<string>()
  return (name, content) => {
    const file = path.join(folder, name)
    const parent = path.dirname(file)
    if (!made.has(parent)) mkdirSync(parent, { recursive: true })
    made.add(parent)
    writeFileSync(file, content)
  }
}
