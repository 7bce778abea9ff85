import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hostile } from './hostile.js'
import { hasBrowser, siteInBrowser } from './in-browser.js'
import { asLines, madeResults } from './made-results.js'

const results = madeResults({ servers: [16, 17, 18], features: 24, everyRelease: true })

// Without a browser there is nothing that could run it; .ci/run installs one.
describe.skipIf(!hasBrowser)('the script of the site', () => {
  const site = siteInBrowser(results)

  const rows = (page: Page) => page.locator('.matrix tbody tr:not(.group, .sums):visible')
  const heads = (page: Page) => page.locator('.matrix thead th[data-name]:visible')
  const titles = (page: Page) => rows(page).locator('th').allTextContents()

  describe('on the matrix', () => {
    it('searches features, and clients by their whole name; the address keeps it', async () => {
      await using open = await site.open('index.html')
      const { page } = open
      expect(await rows(page).count()).toBe(24)
      await page.keyboard.press('/')
      await page.keyboard.type('jsonb asyncpg')
      const found = await titles(page)
      expect(found.length).toBeGreaterThan(0)
      expect(found.length).toBeLessThan(24)
      const expected = results.header.probes.filter(({ id, title, group }) =>
        `${title} ${id} ${group}`.toLowerCase().includes('jsonb'),
      )
      expect(found).toEqual(expected.map(({ title }) => title))
      expect(await heads(page).evaluateAll((all) => all.map((one) => one.getAttribute('data-name')))).toEqual(
        ['asyncpg', 'sqlalchemy+asyncpg'],
      )
      expect(new URL(page.url()).search).toBe('?q=jsonb%20asyncpg')
      await page.reload()
      expect(await titles(page)).toEqual(found)
      await page.locator('.choices a', { hasText: '17' }).click()
      await page.waitForURL(/pg\/17\.html\?q=jsonb%20asyncpg$/)
      expect(await titles(page)).toEqual(found)
      expect(open.faults).toEqual([])
    })

    it('chooses clients, groups and verdicts, and says how many are shown', async () => {
      await using open = await site.open('index.html?clients=psycopg2,asyncpg&groups=group-json')
      const { page } = open
      const json = results.header.probes.filter(({ group }) => group === 'JSON').length
      expect(await heads(page).count()).toBe(2)
      expect(await rows(page).count()).toBe(json)
      const output = page.locator('#choose-cells output')
      expect(await output.textContent()).toBe(`Shown: ${json} of 24 features, 2 of 13 clients.`)
      await page.locator('#choose-cells summary', { hasText: 'Verdicts' }).click()
      await page.getByLabel('unsupported', { exact: true }).check()
      for (const row of await rows(page).all())
        expect(await row.locator('td.v-unsupported:visible').count()).toBeGreaterThan(0)
      await page.getByRole('button', { name: 'Show all' }).click()
      expect(await rows(page).count()).toBe(24)
      expect(new URL(page.url()).search).toBe('')
    })

    it('shows rows alone in which the shown clients differ', async () => {
      await using open = await site.open('index.html?differing=only&clients=psycopg2,psycopg')
      const { page } = open
      expect(await rows(page).count()).toBeGreaterThan(0)
      for (const row of await rows(page).all()) {
        const seen = await row
          .locator('td:visible')
          .evaluateAll((all) => all.map(({ className }) => className))
        expect(new Set(seen).size).toBe(2)
      }
    })

    it('without it, everything stands there and nothing that would not work', async () => {
      await using open = await site.open('index.html', { javaScriptEnabled: false })
      expect(await rows(open.page).count()).toBe(24)
      expect(await open.page.locator('#choose-cells').isVisible()).toBe(false)
    })
  })

  it('copies a recipe to the letter', async () => {
    await using open = await site.open('probe/type-uuid.html')
    const { page } = open
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const code = await page.locator('.recipe > pre').first().textContent()
    await page.getByRole('button', { name: 'Copy' }).first().click()
    await expect.poll(() => page.locator('.copy').first().textContent()).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code)
  })

  it('compares clients with the verdicts of the run', async () => {
    await using open = await site.open('compare.html?pg=17&clients=psycopg2-2.9.13,asyncpg-0.29.0')
    const { page } = open
    expect(await shownVerdicts(page)).toEqual(expected(['psycopg2-2.9.13', 'asyncpg-0.29.0'], '17'))
    await page.getByLabel('only what differs').check()
    const differing = expected(['psycopg2-2.9.13', 'asyncpg-0.29.0'], '17').filter(
      (row) => new Set(row).size > 1,
    )
    expect(await shownVerdicts(page)).toEqual(differing)
    expect(new URL(page.url()).search).toBe('?pg=17&clients=psycopg2-2.9.13,asyncpg-0.29.0&differing=only')
    await page.getByLabel('Third').selectOption('pg8000-1.31.6')
    expect(new URL(page.url()).search).toContain('clients=psycopg2-2.9.13,asyncpg-0.29.0,pg8000-1.31.6')
    expect(open.faults).toEqual([])
  })

  it('says of a requirements file what works and what an upgrade changes', async () => {
    await using open = await site.open('my-stack.html')
    const { page } = open
    await page.locator('[name="file"]').setInputFiles({
      name: 'requirements.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(
        '# pins\nDjango==5.2.9 ; python_version > "3"\npsycopg2-binary[x]==2.9.9\nrequests>=2\n',
      ),
    })
    const said = page.locator('.said li')
    await expect
      .poll(() => said.allTextContents())
      .toEqual([
        'Django 5.2.9 on psycopg2: tested as Django 5.2.9 on psycopg2 2.9.13. It ran on psycopg2 2.9.13, not 2.9.9.',
        'psycopg2 2.9.9: not tested itself. Shown is what psycopg2 2.9.5 and psycopg2 2.9.13 agree on.',
      ])
    expect(await page.locator('#stack-shown').textContent()).toContain('nothing is said of them: requests')
    await page.locator('[name=pg]').selectOption('16')
    const between = expected(['psycopg2-2.9.5', 'psycopg2-2.9.13'], '16')
    const column = (await shownVerdicts(page)).map((row) => row[1])
    expect(column).toEqual(between.map(([below, above]) => (below === above ? below : '')))
    expect(await page.locator('.upgrades > li').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^PostgreSQL 18\.\d+ under Django 5\.2\.9 .*: (nothing changes|\d+ (better|worse|that the older server lacks|otherwise))/,
        ),
      ]),
    )
    // What a project is on is nobody's business: browsers send nothing that stands behind the #.
    expect(new URL(page.url()).search).toBe('')
    expect(decodeURIComponent(new URL(page.url()).hash)).toBe(
      '#pg=16&pins=django==5.2.9,psycopg2-binary==2.9.9',
    )
    expect(open.requests.filter((url) => !url.startsWith('file:'))).toEqual([])
    expect(open.faults).toEqual([])
  })

  it('says of an ORM without a driver what it was tested with', async () => {
    await using open = await site.open('my-stack.html#pg=18&pins=django==6.1.3')
    const said = open.page.locator('.said li')
    await expect
      .poll(() => said.allTextContents())
      .toEqual([
        'Django 6.1.3: tested with psycopg2, psycopg, of which none is named; nothing is said of it.',
      ])
    await open.page.locator('[name="requirements"]').fill('django==6.1.3\npsycopg2==2.9.13')
    await expect.poll(() => said.first().textContent()).toMatch(/^Django 6\.1\.3 on psycopg2: tested as /)
  })

  it('opens a results file, refuses what is none, and runs nothing that one says', async () => {
    await using open = await site.open('open-results.html')
    const { page } = open
    const own = madeResults({ servers: [17], features: 6 })
    const file = path.join(site.folder(), '..', 'own.jsonl')
    await writeFile(file, asLines(own))
    await page.locator('[name="file"]').setInputFiles(file)
    await expect.poll(() => rows(page).count()).toBe(6)
    expect(await page.locator('#opened > p').first().textContent()).toContain(`${own.cells.length} cells`)
    await page.locator('[name="file"]').setInputFiles(path.join(site.folder(), 'data', 'results.jsonl.gz'))
    await expect.poll(() => rows(page).count()).toBe(24)
    await writeFile(file, 'no results\n')
    await page.locator('[name="file"]').setInputFiles([])
    await page.locator('[name="file"]').setInputFiles(file)
    await expect
      .poll(() => page.locator('#opened').textContent())
      .toContain('this is no results file of pgmatrix')
    await writeFile(file, asLines(hostile(madeResults({ servers: [18], features: 2 }))))
    await page.locator('[name="file"]').setInputFiles([])
    await page.locator('[name="file"]').setInputFiles(file)
    await expect.poll(() => rows(page).count()).toBe(2)
    expect(open.dialogs).toEqual([])
    expect(await page.locator('#opened :is(script, img)').count()).toBe(0)
  })

  /** In the order of the table: its groups, and in them the order of the results. */
  function expected(clients: readonly string[], server: string): string[][] {
    const { groups, probes } = results.header
    const ordered = groups.flatMap((group) => probes.filter((probe) => probe.group === group))
    return ordered.map(({ id }) =>
      clients.map((client) => {
        const cell = results.cells.find(
          (one) => one.probe === id && one.client === client && one.server === server,
        )
        return cell?.verdict ?? ''
      }),
    )
  }

  async function shownVerdicts(page: Page): Promise<string[][]> {
    const classes = await rows(page).evaluateAll((all) =>
      all.map((row) =>
        Array.from(row.querySelectorAll('td'), ({ className }) => className.replace(/^v-/, '')),
      ),
    )
    return classes
  }
})
