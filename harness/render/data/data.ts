/** Which files the site has beside its pages. */
import type { ResultsView } from '../models/view.js'
import { badgeFiles } from './badges.js'
import { csvFile } from './csv.js'
import type { DataFile } from './file.js'
import { jsonFiles } from './json.js'
import { schemaFiles } from './json-schemas.js'
import { markdownFile } from './markdown.js'

/** The same results give the same bytes. */
export function* dataOf(view: ResultsView): Generator<DataFile> {
  yield* schemaFiles()
  yield* jsonFiles(view)
  yield csvFile(view)
  for (const server of view.servers) yield markdownFile(view, server)
  yield* badgeFiles(view)
}
