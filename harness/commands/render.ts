/** `pgmatrix render`: from a results file to a site. */
import path from 'node:path'
import { readResults } from '../results/read.js'
import { isSiteOf, writeSite } from '../render/write.js'
import { type SiteFacts, UNPUBLISHED } from '../render/site.js'
import { PACKAGE } from '../package.js'

export interface RenderOptions {
  /** A results file. */
  readonly results: string
  /** Folder of the site. */
  readonly site: string
  /** Where it is published, as `--base-url` gives it. */
  readonly baseUrl?: string | undefined
}

/** Whether the site is of these results, and was made by this program as it is now. */
export async function isCurrent({ results, site, baseUrl }: RenderOptions): Promise<boolean> {
  return isSiteOf(site, { file: results, templates: TEMPLATES, site: factsOf(baseUrl) })
}

const TEMPLATES = path.join(PACKAGE, 'templates')

/** Returns the number of pages. @throws UsageError, EnvironmentError */
export async function render({ results, site, baseUrl }: RenderOptions): Promise<{ readonly pages: number }> {
  const source = {
    results: await readResults(results),
    file: results,
    templates: TEMPLATES,
    site: factsOf(baseUrl),
  }
  return { pages: await writeSite(source, site) }
}

function factsOf(baseUrl: string | undefined): SiteFacts {
  return { ...UNPUBLISHED, baseUrl: baseUrl ?? null }
}
