/** `pgmatrix render`: from a results file to a site. */
import path from 'node:path'
import { readResults } from '../results/read.js'
import { isSiteOf, writeSite } from '../render/write.js'
import { PACKAGE } from '../package.js'

export interface RenderOptions {
  /** A results file. */
  readonly results: string
  /** Folder of the site. */
  readonly site: string
}

/** Whether the site is of these results, and was made by this program as it is now. */
export async function isCurrent({ results, site }: RenderOptions): Promise<boolean> {
  return isSiteOf(site, { file: results, templates: TEMPLATES })
}

const TEMPLATES = path.join(PACKAGE, 'templates')

/** Returns the number of pages. @throws UsageError, EnvironmentError */
export async function render({ results, site }: RenderOptions): Promise<{ readonly pages: number }> {
  const source = { results: await readResults(results), file: results, templates: TEMPLATES }
  return { pages: await writeSite(source, site) }
}
