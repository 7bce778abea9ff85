/** `pgmatrix render`: from a results file to a site. */
import path from 'node:path'
import { readResults } from '../results/read.js'
import { writeSite } from '../render/write.js'
import { PACKAGE } from '../package.js'

export interface RenderOptions {
  /** A results file. */
  readonly results: string
  /** Folder of the site. */
  readonly site: string
}

/** Returns the number of pages. @throws UsageError, EnvironmentError */
export async function render({ results, site }: RenderOptions): Promise<{ readonly pages: number }> {
  const templates = path.join(PACKAGE, 'templates')
  return { pages: await writeSite({ results: await readResults(results), file: results, templates }, site) }
}
