/** `pgmatrix render`: from a results file to a site. */
import path from 'node:path'
import { readResults } from '../results/read.js'
import { isSiteOf, writeSite } from '../render/write.js'
import { PACKAGE } from '../package.js'
import { readPrevious } from './previous.js'

export interface RenderOptions {
  /** A results file. */
  readonly results: string
  /** Folder of the site. */
  readonly site: string
  /** Where it is published, as `--base-url` gives it. */
  readonly baseUrl?: string | undefined
  /** What was published before: a results file, or the folder of a site. */
  readonly previous?: string | undefined
}

/** Whether the site is of these results, and was made by this program as it is now. */
export async function isCurrent({ results, site, baseUrl }: CurrentOptions): Promise<boolean> {
  return isSiteOf(site, { file: results, templates: TEMPLATES, baseUrl: baseUrl ?? null })
}

type CurrentOptions = Omit<RenderOptions, 'previous'>

const TEMPLATES = path.join(PACKAGE, 'templates')

/** Returns the number of pages. @throws UsageError, EnvironmentError */
export async function render(options: RenderOptions): Promise<{ readonly pages: number }> {
  const { results: file, site } = options
  const baseUrl = options.baseUrl ?? null
  // Before the results are read: both together would need twice the room.
  const previous = options.previous === undefined ? null : await readPrevious(options.previous)
  const source = { results: await readResults(file), file, templates: TEMPLATES, baseUrl, previous }
  return { pages: await writeSite(source, site) }
}
