/** The files beside the pages, by address. */
import type { Results } from '../../../harness/core/result.js'
import { dataOf, featureDataOf } from '../../../harness/render/data/data.js'
import { viewResults } from '../../../harness/render/models/view.js'
import { type SiteFacts, UNPUBLISHED } from '../../../harness/render/site.js'

export function dataFiles(results: Results, site: SiteFacts = UNPUBLISHED): ReadonlyMap<string, string> {
  const view = viewResults(results)
  return new Map([...featureDataOf(view), ...dataOf(view, site)].map(({ name, text }) => [name, text]))
}

export function textOf(files: ReadonlyMap<string, string>, name: string): string {
  const text = files.get(name)
  if (text === undefined) throw new Error(`there is no ${name}`)
  return text
}
