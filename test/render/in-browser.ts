/** Opens pages of a rendered site in a real browser, from the disk. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { RenderedSite } from './rendered.js'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const QUIET = ['--disable-background-networking', '--disable-component-update']

/** Tests of the browser are left out where there is none, as on a machine that only runs the program; .ci/run installs it. */
export const hasBrowser = existsSync(CHROMIUM)

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] })
}

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
