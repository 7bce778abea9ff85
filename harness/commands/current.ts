/** A site as it stands: known without all that renders, which takes its time to load. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { PACKAGE } from '../package.js'
import { isSiteOf } from '../render/marker.js'
import { DATA, FORMER_DATA } from '../render/models/address.js'

export interface SitePlace {
  /** A results file. */
  readonly results: string
  /** Folder of the site. */
  readonly site: string
  /** Where it is published, as `--base-url` gives it. */
  readonly baseUrl?: string | undefined
}

export const TEMPLATES = path.join(PACKAGE, 'templates')

/** Whether the site is of these results, and was made by this program as it is now. */
export async function isCurrent({ results, site, baseUrl }: SitePlace): Promise<boolean> {
  return isSiteOf(site, { file: results, templates: TEMPLATES, baseUrl: baseUrl ?? null })
}

/** Undefined where the folder is no site. */
export function resultsOfSite(folder: string): string | undefined {
  return [DATA, FORMER_DATA].map((name) => path.join(folder, name)).find((file) => existsSync(file))
}
