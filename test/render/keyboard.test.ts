/** By the keyboard alone, on paper and in forced colours: what the pages with controls must still do. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasBrowser, siteInBrowser } from './in-browser.js'
import { madeResults } from './made-results.js'
import { withStacks } from './made-stacks.js'

const results = withStacks(madeResults({ servers: [17, 18], features: 12, everyRelease: true }))
const STACK = 'my-stack.html#pg=18&pins=psycopg2==2.9.13'
const COMPARE = 'compare.html?pg=18&clients=psycopg2-2.9.13,asyncpg-0.32.0'

const RING =
  '((style) => style.outlineStyle !== "none" || style.boxShadow !== "none")(getComputedStyle(document.activeElement))'

describe.skipIf(!hasBrowser)('a reader', () => {
  const site = siteInBrowser(results)

  describe('with a keyboard', () => {
    it('searches, opens a list, ticks and shows all again', async () => {
      await using open = await site.open('index.html')
      const { page } = open
      const rows = page.locator('.matrix tbody tr:not(.group, .sums):visible')
      const heads = page.locator('.matrix thead th[data-name]:visible')
      const [features, clients] = [await rows.count(), await heads.count()]
      await tabTo(page, '[name="q"]')
      await page.keyboard.type('jsonb')
      expect(await rows.count()).toBeLessThan(features)
      await tabTo(page, '#choose-cells summary')
      await page.keyboard.press('Enter')
      await tabTo(page, '[name="clients"]')
      await page.keyboard.press('Space')
      expect(await heads.count()).toBeLessThan(clients)
      await tabTo(page, '#choose-cells button')
      await page.keyboard.press('Enter')
      expect([await rows.count(), await heads.count()]).toEqual([features, clients])
      expect(open.faults).toEqual([])
    })

    it('compares', async () => {
      await using open = await site.open(COMPARE)
      const { page } = open
      await tabTo(page, '[name="client"]')
      const before = await page.locator('.matrix thead').textContent()
      await page.keyboard.press('ArrowDown')
      await expect.poll(() => page.locator('.matrix thead').textContent()).not.toBe(before)
    })

    it('writes requirements', async () => {
      await using open = await site.open('my-stack.html')
      const { page } = open
      await tabTo(page, '[name="requirements"]')
      await page.keyboard.type('asyncpg==0.32.0')
      await expect.poll(() => page.locator('.said li').first().textContent()).toMatch(/^asyncpg 0\.32\.0: /)
      await tabTo(page, '[name="file"]')
    })

    it('copies a recipe and opens its evidence', async () => {
      await using open = await site.open('probe/type-uuid.html')
      const { page } = open
      await tabTo(page, '.copy')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('.copy').first().textContent()).toMatch(/Copied|Press Ctrl\+C/)
      await tabTo(page, '.attempt summary')
      await page.keyboard.press('Enter')
      expect(await page.locator('.attempt details').first().getAttribute('open')).toBe('')
    })
  })

  const pages = [
    'index.html',
    'probe/type-uuid.html',
    'client/asyncpg-0.32.0.html',
    'stacks.html',
    COMPARE,
    STACK,
  ]

  it.each(pages)('prints %s with its verdicts and without its controls', async (name) => {
    await using open = await site.open(name)
    const { page } = open
    await page.locator('.verdict, .matrix td').first().waitFor({ state: 'attached' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.chooser, .copy, .site-head nav').filter({ visible: true }).count()).toBe(0)
    expect(await page.getByText('native').filter({ visible: true }).count()).toBeGreaterThan(0)
  })

  it.each(pages)('sees the verdicts of %s by shape and word in forced colours', async (name) => {
    await using open = await site.open(name, { forcedColors: 'active' })
    const shapes = open.page
      .locator('main :is(.verdict, td[class^="v-"]) svg:not(.strip-mark)')
      .filter({ visible: true })
    await expect.poll(() => shapes.count()).toBeGreaterThan(0)
    const box = await shapes.first().boundingBox()
    expect(box?.width).toBeGreaterThan(8)
    expect(box?.height).toBeGreaterThan(8)
  })

  /** Presses Tab until the focus, which can be seen, is where it should come to. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let presses = 0; presses < 200; presses++) {
      await page.keyboard.press('Tab')
      const focused = page.locator(`${selector}:focus`)
      if ((await focused.count()) === 0) continue
      const ring = await page.evaluate(RING)
      expect(ring, `the focus on ${selector} is seen`).toBe(true)
      return
    }
    expect.fail(`the focus never came to ${selector}`)
  }
})
