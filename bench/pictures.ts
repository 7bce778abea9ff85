/**
 * `npm run pictures -- SITE`: the pictures of the README, taken of a rendered site in a real browser. Chromium must be there, as for
 * the tests.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { launchBrowser } from './browser.js'

/** As a laptop shows it. */
const VIEWPORT = { width: 1280, height: 800 }
const PICTURES = [
  { name: 'matrix.png', page: 'index.html' },
  { name: 'feature.png', page: 'probe/json-jsonb-decode.html' },
] as const

const [site] = process.argv.slice(2)
if (site === undefined || !existsSync(path.join(site, 'index.html')))
  throw new Error('npm run pictures -- SITE: a folder that `pgmatrix render` made')
const browser = await launchBrowser()
try {
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: 'light' })
  for (const { name, page: address } of PICTURES) {
    await page.goto(pathToFileURL(path.resolve(site, address)).href)
    await page.screenshot({ path: path.join('docs', name) })
    process.stdout.write(`docs/${name}\n`)
  }
} finally {
  await browser.close()
}
