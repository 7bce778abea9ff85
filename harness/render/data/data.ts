/** Which files the site has beside its pages. */
import type { ResultsView } from '../models/view.js'
import { feedFiles } from '../changes/feeds.js'
import type { SiteFacts } from '../site.js'
import { featureBadges, pairingBadges } from './badges.js'
import { csvFile } from './csv.js'
import type { DataFile } from './file.js'
import { llmsFile } from './llms.js'
import { jsonFiles } from './json.js'
import { schemaFiles } from './json-schemas.js'
import { markdownFile } from './markdown.js'

/** Those of single features. The same results give the same bytes. */
export function featureDataOf(view: ResultsView): Generator<DataFile> {
  return featureBadges(view)
}

/** All others, in the same way. */
export function* dataOf(view: ResultsView, site: SiteFacts): Generator<DataFile> {
  yield* schemaFiles()
  yield* jsonFiles(view, site)
  yield csvFile(view)
  for (const server of view.servers) yield markdownFile(view, server)
  yield* pairingBadges(view)
  yield llmsFile(view, site)
  yield* feedFiles(view, site)
}
