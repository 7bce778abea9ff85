import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { load } from 'cheerio'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSiteOf } from '../../../harness/render/marker.js'
import { baseUrl } from '../../../harness/render/site.js'
import { ATTACK, hostile } from '../hostile.js'
import { madeResults } from '../made-results.js'
import { rendered, type RenderedSite } from '../rendered.js'

const results = madeResults({ servers: [17, 18], poolers: ['pgbouncer'], features: 3 })
const BASE = 'https://example.org/sub/path/'

describe('a site whose address is known', () => {
  const facts = { baseUrl: BASE }
  let site: RenderedSite
  beforeAll(async () => {
    site = await rendered(results, facts)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  it('has all its pages in its map', async () => {
    const $ = load(await site.text('sitemap.xml'), { xmlMode: true })
    const pages = $('urlset > url')
      .get()
      .map((url) => [$(url).find('loc').text(), $(url).find('lastmod').text()])
    expect(pages.toSorted()).toEqual(
      site.pages
        .filter((page) => !page.startsWith('embed/'))
        .map((page) => [BASE + page, '2026-11-23'])
        .toSorted(),
    )
  })

  it('says in each page where it stands', async () => {
    const $ = await site.dom('client/sqlalchemy-2.1.9+asyncpg-0.32.0.html')
    const address = `${BASE}client/sqlalchemy-2.1.9+asyncpg-0.32.0.html`
    expect($('link[rel=canonical]').attr('href')).toBe(address)
    expect($('meta[property="og:url"]').attr('content')).toBe(address)
  })

  it('has a picture for where a link to it is shared', async () => {
    const $ = await site.dom('index.html')
    const said = (name: string) => $(`meta[property="og:image${name}"]`).attr('content')
    expect(said('')).toBe(`${BASE}assets/card.png`)
    expect($('meta[name="twitter:card"]').attr('content')).toBe('summary_large_image')
    const { width, height } = decode(await readFile(path.join(site.folder, 'assets/card.png')))
    expect([said(':width'), said(':height')]).toEqual([String(width), String(height)])
  })

  it('is another one than that of the same results without an address', async () => {
    const source = { file: `${site.folder}.jsonl`, templates: path.resolve('templates') }
    expect(await isSiteOf(site.folder, { ...source, ...facts })).toBe(true)
    expect(await isSiteOf(site.folder, source)).toBe(false)
  })

  it('gives programs whole addresses', async () => {
    expect(await site.text('llms.txt')).toContain(`[Index](${BASE}api/v1/index.json)`)
  })
})

describe('a site whose address is not known', () => {
  let site: RenderedSite
  beforeAll(async () => {
    site = await rendered(results)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  it('has no map, and no page that says where it stands', async () => {
    expect(existsSync(path.join(site.folder, 'sitemap.xml'))).toBe(false)
    const $ = await site.dom('index.html')
    expect($('link[rel=canonical], meta[property="og:url"]').length).toBe(0)
    expect($('meta[property="og:title"]').attr('content')).toBe("Python's PostgreSQL drivers and ORMs")
    expect($('meta[name="twitter:card"]').attr('content')).toBe('summary')
    expect($('meta[property="og:image"]').length).toBe(0)
    expect(site.exists('assets/card.png')).toBe(false)
  })

  it('leads from each page to the same as data', async () => {
    for (const page of site.pages) {
      const $ = await site.dom(page)
      const links = $('link[rel=alternate]').get()
      expect(links.length > 0 || page.startsWith('embed/'), `${page} has no link`).toBe(true)
      for (const { attribs } of links) {
        const file = path.join(site.folder, path.dirname(page), attribs.href ?? '')
        expect(existsSync(file), `${page} leads to ${attribs.href}`).toBe(true)
      }
    }
    const $ = await site.dom('pg/18+pgbouncer.html')
    expect($('link[rel=alternate]').first().attr('href')).toBe('../api/v1/server/18+pgbouncer.json')
  })

  it('tells programs what there is', async () => {
    const text = await site.text('llms.txt')
    expect(text).toMatch(/^# pgmatrix\n\n> /)
    expect(text).toContain('3 features × 13 clients × 3 servers, 117 cells, executed on 2026-11-23.')
    for (const [, address = ''] of text.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(path.join(site.folder, address)), `leads to ${address}`).toBe(true)
  })

  it('has rows for other sites that need no other file', async () => {
    const $ = await site.dom('embed/type-uuid.html')
    expect($('link, script, img, iframe').length).toBe(0)
    expect($('style').text()).toContain('prefers-color-scheme: dark')
    expect($('style').text()).not.toMatch(/@import|url\(/)
    const titles = $('thead th')
      .get()
      .map((head) => $(head).text())
    const verdicts = $('tbody td')
      .get()
      .map((cell) => $(cell).text())
    expect([titles.length, verdicts.length]).toEqual([13, 13])
    const cell = results.cells.find(
      ({ client, server, probe }) => client === 'asyncpg-0.32.0' && server === '18' && probe === 'type-uuid',
    )
    expect(verdicts[titles.indexOf('asyncpg 0.32.0')]).toBe(cell?.verdict)
    expect($('tbody a').first().attr('href')).toBe('../probe/type-uuid.html#psycopg2-2.9.13@18')
  })
})

it('words of an enemy stay words in what programs read', async () => {
  const some = { ...results, complete: false }
  await using site = await rendered(hostile(some), { baseUrl: BASE })
  const text = await site.text('llms.txt')
  expect(
    text
      .replaceAll(/\\./g, '')
      .replace(/^> /m, '')
      .replaceAll(/`[^`\n]*`/g, ''),
  ).not.toMatch(/[<>]/)
  const $ = await site.dom('probe/type-uuid.html')
  expect($('meta[property="og:title"]').attr('content')).toBe(ATTACK)
})

it.each([
  ['https://example.org', 'https://example.org/'],
  ['https://example.org/a/b', 'https://example.org/a/b/'],
  ['http://localhost:8000/x/', 'http://localhost:8000/x/'],
  ['https://example.org/?a=b', null],
  ['https://example.org/#a', null],
  ['https://me:secret@example.org/', null],
  ['javascript:alert(1)', null],
  ['file:///srv/www/', null],
  ['example.org', null],
  ['', null],
])('the address %j of a site is taken as %j', (text, expected) => {
  expect(baseUrl(text)).toBe(expected)
})
