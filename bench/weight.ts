/** What a page costs a reader's connection: compressed, with the style and the script that every page loads. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Results } from '../harness/core/result.js'
import { headOf } from '../harness/render/head.js'
import { MATRIX_SCRIPT, SCRIPT } from '../harness/render/models/address.js'
import { indexPage } from '../harness/render/models/matrix-page.js'
import { probeFeaturePage } from '../harness/render/models/probe-page.js'
import { viewResults } from '../harness/render/models/view.js'
import type { Page } from '../harness/render/pages.js'
import { UNPUBLISHED } from '../harness/render/site.js'
import { loadTemplates } from '../harness/render/templates.js'
import { PACKAGE } from '../harness/package.js'

/** Bytes. */
export interface Weights {
  /** Of the front page, style and script included. */
  readonly index: number
  /** Of the script of pages that show a matrix, and of that of the others. */
  readonly scripts: readonly [matrix: number, others: number]
  /** Of each feature's page alone, the heaviest first. */
  readonly features: readonly { readonly id: string; readonly bytes: number }[]
}

export async function weigh(results: Results): Promise<Weights> {
  const view = viewResults(results)
  const render = await loadTemplates(path.join(PACKAGE, 'templates'))
  const weightOf = (page: Page) => compressed(render(page, headOf(page, UNPUBLISHED)))
  const weightOfFile = (name: string) => compressed(readFileSync(path.join(PACKAGE, name)))
  const style = weightOfFile('templates/assets/style.css')
  const weightOfScript = (name: string) => weightOfFile(`dist/templates/script/${path.basename(name)}`)
  const [matrix, others] = [weightOfScript(MATRIX_SCRIPT), weightOfScript(SCRIPT)]
  const features = view.probes.map((probe) => ({
    id: probe.id,
    bytes: weightOf({ template: 'probe', model: probeFeaturePage(view, probe) }),
  }))
  return {
    index: weightOf({ template: 'matrix', model: indexPage(view) }) + style + matrix,
    scripts: [matrix, others],
    features: features.toSorted((a, b) => b.bytes - a.bytes),
  }
}

/** As a server does it that was not tuned. */
function compressed(content: string | Buffer): number {
  return gzipSync(content).length
}
