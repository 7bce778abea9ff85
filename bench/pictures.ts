/**
 * `npm run pictures -- SITE`: the pictures of the README, taken of a rendered site in a real browser. Chromium must be there, as for
 * the tests.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { launchBrowser } from './browser.js'

/** As a large screen shows them, from a place of the page on. */
const PICTURES = [
  { name: 'matrix.png', page: 'index.html', height: 1200, from: 'h1' },
  { name: 'feature.png', page: 'probe/json-jsonb-decode.html', height: 800, from: '.families' },
] as const
const WIDTH = 1280

const [site] = process.argv.slice(2)
if (site === undefined || !existsSync(path.join(site, 'index.html')))
  throw new Error('npm run pictures -- SITE: a folder that `pgmatrix render` made')
const browser = await launchBrowser()
try {
  for (const { name, page: address, height, from } of PICTURES) {
    const page = await browser.newPage({ viewport: { width: WIDTH, height }, colorScheme: 'light' })
    await page.goto(pathToFileURL(path.resolve(site, address)).href)
    await page.locator(from).evaluate((element) => element.scrollIntoView())
    await page.screenshot({ path: path.join('docs', name) })
    process.stdout.write(`docs/${name}\n`)
  }
} finally {
  await browser.close()
}
