/** Which files the site has beside its pages. */
import type { ResultsView } from '../models/view.js'
import { feedFiles } from '../changes/feeds.js'
import type { SiteFacts } from '../site.js'
import { badgeFiles } from './badges.js'
import { csvFile } from './csv.js'
import type { DataFile } from './file.js'
import { llmsFile } from './llms.js'
import { jsonFiles } from './json.js'
import { schemaFiles } from './json-schemas.js'
import { markdownFile } from './markdown.js'

/** The same results give the same bytes. */
export function* dataOf(view: ResultsView, site: SiteFacts): Generator<DataFile> {
  yield* schemaFiles()
  yield* jsonFiles(view, site)
  yield csvFile(view)
  for (const server of view.servers) yield markdownFile(view, server)
  yield* badgeFiles(view)
  yield llmsFile(view, site)
  yield* feedFiles(view, site)
}
