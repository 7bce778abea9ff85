import { type ConfigData, HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Results } from '../../harness/core/result.js'
import { previousOf, publicationsOf } from '../../harness/render/changes/compare.js'
import { underNewIds } from '../../harness/render/changes/renamed.js'
import { viewResults } from '../../harness/render/models/view.js'
import { hasBrowser, launchBrowser, openPage } from './in-browser.js'
import { madeResults } from './made-results.js'
import { rendered, type RenderedSite } from './rendered.js'

/** type-uuid was type-guid, and psycopg was psycopg3. */
function renamed(): Results {
  const { header, ...results } = madeResults({ servers: [17, 18], features: 6 })
  const probes = header.probes.map((probe) =>
    probe.id === 'type-uuid' ? { ...probe, formerly: ['type-guid'] } : probe,
  )
  const families = header.families.map((family) =>
    family.id === 'psycopg' ? { ...family, formerly: ['psycopg3'] } : family,
  )
  return { ...results, header: { ...header, probes, families } }
}

describe('a former id', () => {
  let site: RenderedSite
  beforeAll(async () => (site = await rendered(renamed(), { baseUrl: 'https://example.org/' })))
  afterAll(() => site[Symbol.asyncDispose]())

  it.each([
    ['probe/type-guid.html', 'type-uuid.html'],
    ['embed/type-guid.html', 'type-uuid.html'],
    ['client/psycopg3-3.3.9.html', 'psycopg-3.3.9.html'],
    ['client/django-6.1.3+psycopg3-3.3.9.html', 'django-6.1.3+psycopg-3.3.9.html'],
  ])('has a page that leads on: %s', async (page, target) => {
    const $ = await site.dom(page)
    expect($('meta[http-equiv="refresh"]').attr('content')).toBe(`0; url=${target}`)
    expect($('link[rel="canonical"]').attr('href')).toBe(target)
    expect($('meta[name="robots"]').attr('content')).toBe('noindex')
    expect($('main a').attr('href')).toBe(target)
    expect(site.exists(page.replace(/[^/]+$/, target))).toBe(true)
    expect(await site.text('sitemap.xml')).not.toContain(page)
  })

  it.each([
    ['api/v1/probe/type-guid.json', 'api/v1/probe/type-uuid.json'],
    ['api/v1/client/psycopg3-3.3.9.json', 'api/v1/client/psycopg-3.3.9.json'],
    ['badge/feature/type-guid/psycopg2.svg', 'badge/feature/type-uuid/psycopg2.svg'],
    ['badge/client/psycopg3-3.3.9/18.svg', 'badge/client/psycopg-3.3.9/18.svg'],
    ['badge/feature/type-guid/django+psycopg3.svg', 'badge/feature/type-uuid/django+psycopg.svg'],
    ['changes/psycopg3.atom', 'changes/psycopg.atom'],
  ])('has the data of today: %s', async (former, now) => {
    expect(await site.text(former)).toBe(await site.text(now))
  })

  it('has the evidence under anchors of former ids too', async () => {
    const $ = await site.dom('probe/type-uuid.html')
    const ids = $('[id]')
      .get()
      .map(({ attribs }) => attribs.id)
    expect(ids).toEqual(
      expect.arrayContaining(['psycopg3-3.3.9@17', 'django-6.1.3+psycopg3-3.3.9@18', 'family-psycopg3']),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(['probe/type-guid.html', 'probe/type-uuid.html', 'clients.html'])(
    '%s is valid HTML',
    async (page) => {
      const rules: ConfigData['rules'] = { 'require-sri': 'off', 'valid-id': ['error', { relaxed: true }] }
      const extended = ['html-validate:standard', 'html-validate:a11y', 'html-validate:document']
      const validator = new HtmlValidate({ root: true, extends: extended, rules })
      const { results } = await validator.validateString(await site.text(page))
      expect(results.flatMap(({ messages }) => messages)).toEqual([])
    },
  )

  it.skipIf(!hasBrowser).each([true, false])('leads a browser on, scripts %s', async (javaScriptEnabled) => {
    const browser = await launchBrowser()
    try {
      await using page = await openPage(browser, site, 'probe/type-guid.html#asyncpg-0.32.0@17', {
        javaScriptEnabled,
      })
      const place = javaScriptEnabled ? '#asyncpg-0.32.0@17' : ''
      await page.page.waitForURL((url) => url.pathname.endsWith('/type-uuid.html') && url.hash === place)
      expect(page.faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it.skipIf(!hasBrowser)('is understood in an address that was shared before', async () => {
    const browser = await launchBrowser()
    try {
      await using matrix = await openPage(browser, site, 'index.html?clients=django%2Bpsycopg3,psycopg2')
      const chosen = matrix.page.locator('[name="clients"]:checked')
      const values = await chosen.evaluateAll((boxes) => boxes.map((box) => box.getAttribute('value')))
      expect(values.toSorted()).toEqual(['django+psycopg', 'psycopg2'])
      expect(new URL(matrix.page.url()).searchParams.get('clients')).not.toContain('psycopg3')
      await using compare = await openPage(
        browser,
        site,
        'compare.html?clients=psycopg3-3.3.9,asyncpg-0.32.0',
      )
      await compare.page.waitForURL((url) => url.search.includes('clients=psycopg-3.3.9,asyncpg-0.32.0'))
      expect([...matrix.faults, ...compare.faults]).toEqual([])
    } finally {
      await browser.close()
    }
  })
})

it('is no change by itself', () => {
  const after = renamed()
  const old = (json: string) =>
    json.replaceAll('type-uuid', 'type-guid').replaceAll(/psycopg-(?=3)/g, 'psycopg3-')
  const { header, cells }: Results = JSON.parse(old(JSON.stringify(after)))
  const before = { ...after, cells, header: { ...header, startedAt: '2026-11-22T09:00:00.000Z' } }
  const view = viewResults(after)
  const previous = previousOf(before, [])
  expect(publicationsOf(view, previous)[0]?.arrivals).not.toEqual([])
  const [publication] = publicationsOf(view, underNewIds(previous, after.header))
  expect(publication).toMatchObject({ arrivals: [], rows: [] })
})
