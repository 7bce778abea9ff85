import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POOLERS } from '../../harness/core/matrix.js'
import { hostile } from './hostile.js'
import { hasBrowser, launchBrowser, openPage, type OpenPage } from './in-browser.js'
import { madeResults } from './made-results.js'
import { rendered, type RenderedSite } from './rendered.js'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const PAGES = [
  'index.html',
  'releases/18.html',
  'pg/18+pgbouncer-tracking.html',
  'overview.html',
  'findings.html',
  'server/18+pgbouncer.html',
  'probe/type-uuid.html',
  'client/django-6.1.3+psycopg2-2.9.13.html',
  'clients.html',
  'method.html',
  'compare.html',
  'my-stack.html#pg=18&pins=psycopg2-binary==2.9.9,Django==5.2.9',
  'open-results.html',
]

describe.skipIf(!hasBrowser)('in a browser, from the disk', () => {
  let browser: Browser
  let site: RenderedSite
  let enemy: RenderedSite
  beforeAll(async () => {
    const servers = [10, 11, 12, 13, 14, 15, 16, 17, 18]
    const options = { servers, poolers: POOLERS, features: 24, everyRelease: true }
    browser = await launchBrowser()
    site = await rendered(madeResults(options))
    enemy = await rendered(hostile(madeResults({ servers: [18], features: 2 })))
  })
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
    await enemy[Symbol.asyncDispose]()
  })

  describe.each([320, 768, 1200, 1920, 2560])('%i px wide', (width) => {
    it.each(PAGES)('%s has no more width than the window', async (name) => {
      await using page = await open(site, name, { viewport: { width, height: 800 } })
      const overflow = await page.page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(overflow).toBeLessThanOrEqual(0)
    })
  })

  it.each(['index.html', 'probe/type-uuid.html', 'clients.html'])(
    'long words of an enemy do not widen %s',
    async (name) => {
      await using page = await open(enemy, name, { viewport: { width: 320, height: 800 } })
      expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
      expect(page.dialogs).toEqual([])
    },
  )

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    it.each(PAGES)('%s has no accessibility problem that axe finds, contrast included', async (name) => {
      await using page = await open(site, name, { colorScheme, viewport: { width: 1280, height: 900 } })
      await page.page.evaluate(
        'document.querySelectorAll("details").forEach((details) => (details.open = true))',
      )
      await page.page.evaluate(await readFile(AXE, 'utf8'))
      const found = await page.page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`))',
      )
      expect(found).toEqual([])
    })
  })

  it('has another ground in the dark', async () => {
    const ground = async (colorScheme: 'light' | 'dark') => {
      await using page = await open(site, 'index.html', { colorScheme })
      return await page.page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    }
    expect(await ground('light')).not.toBe(await ground('dark'))
  })

  it.each([
    ['at the top of the window, where the table has room', 1280, 'window'],
    ['at the top of its own frame, where it has none', 360, 'frame'],
  ])('the head and the first column of the matrix stay in sight: %s', async (_, width, place) => {
    await using page = await open(site, 'index.html', { viewport: { width, height: 700 } })
    const row = page.page.locator('.matrix tbody tr:has(td a)').nth(20)
    await row.locator('td').last().scrollIntoViewIfNeeded()
    const top = async (selector: string) =>
      (await page.page.locator(selector).first().boundingBox())?.y ?? Number.NaN
    const [frame, head] = [await top('.scroller'), await top('.matrix thead th.corner')]
    expect(head).toBeCloseTo(place === 'window' ? 0 : frame, -1)
    const name = await row.locator('th').boundingBox()
    expect(name?.x).toBeGreaterThanOrEqual(0)
    // Without stickiness, the head of 24 rows is far above the window by now.
    expect(await row.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(head)
  })

  it('leads from a cell to its evidence, which is marked', async () => {
    await using page = await open(site, 'pg/17.html', {})
    await page.page.locator('.matrix a[href$="type-uuid.html#asyncpg-0.32.0@17"]').click()
    await page.page.waitForURL(/probe\/type-uuid\.html#asyncpg-0\.32\.0@17$/)
    const target = page.page.locator(':target')
    expect(await target.textContent()).toBe('17')
    expect(
      await target.evaluate((element) => element.matches('.finding:has(.client[href*="asyncpg-0.32.0"]) *')),
    ).toBe(true)
    await expect.poll(() => inSight(page.page, ':target')).toBe(true)
  })

  it("leads from a cell's place to itself, so that its address can be copied", async () => {
    await using page = await open(site, 'probe/type-uuid.html', {})
    const place = page.page.locator('.holds .on a').first()
    const id = await place.getAttribute('id')
    await place.click()
    expect(decodeURIComponent(new URL(page.page.url()).hash)).toBe(`#${id}`)
  })

  it('leads with the keyboard past the head of the page', async () => {
    await using page = await open(site, 'index.html', {})
    await page.page.keyboard.press('Tab')
    expect(await page.page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.page.keyboard.press('Enter')
    await page.page.waitForURL(/#content$/)
    expect(page.page.url()).toMatch(/#content$/)
  })

  it('shows the symbols in forced colours and on paper', async () => {
    await using forced = await open(site, 'index.html', { forcedColors: 'active' })
    const symbol = forced.page.locator('.matrix td a svg').first()
    expect(await symbol.boundingBox()).toMatchObject({
      width: expect.closeTo(15, 0),
      height: expect.closeTo(15, 0),
    })
    await forced.page.emulateMedia({ media: 'print' })
    expect(await symbol.boundingBox()).toMatchObject({ width: expect.closeTo(15, 0) })
    expect(await forced.page.locator('.site-head nav').isVisible()).toBe(false)
  })

  it('asks nothing of the network', async () => {
    await using page = await open(site, 'probe/type-uuid.html', {})
    expect(page.requests.filter((url) => !url.startsWith('file:'))).toEqual([])
    expect(page.requests.filter((url) => url.endsWith('style.css')).length).toBe(1)
    expect(page.faults).toEqual([])
  })

  function open(from: RenderedSite, name: string, options: BrowserContextOptions): Promise<OpenPage> {
    return openPage(browser, from, name, options)
  }

  async function inSight(page: Page, selector: string): Promise<boolean> {
    const box = await page.locator(selector).first().boundingBox()
    const height = page.viewportSize()?.height ?? 0
    return box !== null && box.y >= 0 && box.y < height && box.x >= 0
  }
})
