/** Opens pages of a rendered site in a real browser, from the disk. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { hasBrowser, launchBrowser } from '../../bench/browser.js'
import type { Results } from '../../harness/core/result.js'
import { rendered, type RenderedSite } from './rendered.js'

export { hasBrowser, launchBrowser }

export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  readonly requests: readonly string[]
  readonly dialogs: readonly string[]
  /** What scripts raised, and what the page's own policy refused. */
  readonly faults: readonly string[]
}

/** @param name of a page, with what its address has behind it: `index.html?q=jsonb` */
export async function openPage(
  browser: Browser,
  site: RenderedSite,
  name: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const [requests, dialogs, faults]: [string[], string[], string[]] = [[], [], []]
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const folder = pathToFileURL(path.join(site.folder, 'index.html')).href.replace(/index\.html$/, '')
  await page.goto(folder + name)
  return { page, requests, dialogs, faults, [Symbol.asyncDispose]: () => context.close() }
}

export interface SiteInBrowser {
  /** A page of it, with what its address has behind it. */
  open(name: string, options?: BrowserContextOptions): Promise<OpenPage>
  /** Of the site, once the tests run. */
  folder(): string
}

/** A site of these results, for the tests of the describe() around the call. */
export function siteInBrowser(results: Results): SiteInBrowser {
  let browser: Browser
  let site: RenderedSite
  beforeAll(async () => {
    browser = await launchBrowser()
    site = await rendered(results)
  })
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  })
  return { open: (name, options) => openPage(browser, site, name, options), folder: () => site.folder }
}
