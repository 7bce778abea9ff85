import path from 'node:path'
import type { CheerioAPI } from 'cheerio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POOLERS } from '../../harness/core/matrix.js'
import { type Cell, lineSchema, type Results } from '../../harness/core/result.js'
import { ATTACK, hostile } from './hostile.js'
import { asLines, madeResults } from './made-results.js'
import { rendered, type RenderedSite } from './rendered.js'

it('tests with results that a run could have written', () => {
  for (const results of [madeResults(), hostile(madeResults())])
    for (const line of asLines(results).trim().split('\n'))
      expect(() => lineSchema.parse(JSON.parse(line))).not.toThrow()
})

describe('a site', () => {
  const results = madeResults({
    ...{ servers: [16, 17, 18], poolers: POOLERS, features: 24, everyRelease: true },
  })
  let site: RenderedSite
  beforeAll(async () => {
    site = await rendered(results)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  it('has a page for each server, feature and client', () => {
    const { servers, probes, clients } = results.header
    expect(site.pages).toEqual(
      [
        ...['compare.html', 'my-stack.html', 'open-results.html'],
        'changes.html',
        ...probes.flatMap(({ id }) => [`probe/${id}.html`, `embed/${id}.html`]),
        ...['clients.html', 'findings.html', 'index.html', 'method.html', 'overview.html'],
        ...servers.flatMap(({ id }) => [`pg/${id}.html`, `releases/${id}.html`, `server/${id}.html`]),
        ...clients.map(({ id }) => `client/${id}.html`),
      ].toSorted(),
    )
  })

  it('says when the final release of a server is', async () => {
    const $ = await site.dom('server/18.html')
    expect($('dt:contains("Final release") + dd time').text()).toBe('2030-11-10')
  })

  it('has no link that leads nowhere, and none that leaves the folder', async () => {
    const anchors = new Map<string, Set<string>>()
    for (const page of site.pages) {
      const $ = await site.dom(page)
      const ids = $('[id]')
        .get()
        .map(({ attribs }) => attribs.id ?? '')
      expect(ids.length, `ids that occur twice on ${page}`).toBe(new Set(ids).size)
      anchors.set(page, new Set(ids))
    }
    for (const page of site.pages) {
      const $ = await site.dom(page)
      for (const { attribs } of $('main a, header a, nav a').get()) {
        const href = attribs.href ?? ''
        if (/^https:\/\/(example\.org|www\.postgresql\.org)\//.test(href)) continue
        expect(href).toMatch(/^[^:]*$/)
        const [file = '', fragment] = href.split('#')
        const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file)
        const found = fragment === undefined ? anchors.has(target) : anchors.get(target)?.has(fragment)
        expect(found, `${page} links to ${href}`).toBe(true)
      }
    }
  })

  it('asks for nothing from elsewhere and runs no script but its own', async () => {
    for (const page of site.pages) {
      const $ = await site.dom(page)
      expect($('iframe, object, embed, img, base, form').length).toBe(0)
      expect(scriptsOf($)).toEqual([])
      const policy = $('meta[http-equiv="content-security-policy"]').attr('content')
      // What other sites embed brings its style along, and needs nothing else.
      const isEmbedded = page.startsWith('embed/')
      expect(policy).toContain(
        isEmbedded
          ? "default-src 'none'; style-src 'unsafe-inline'"
          : "default-src 'none'; style-src 'self'; script-src 'self';",
      )
      expect($('[style], style').length).toBe(isEmbedded ? 1 : 0)
      for (const { attribs } of $('link').get())
        expect(attribs.href).toMatch(
          attribs.rel === 'alternate'
            ? /^(\.\.\/)?(api\/v1|changes)[a-z0-9/_.+-]*\.(json|md|atom)$/
            : /^(\.\.\/)?assets\/[a-z]+\.(css|svg)$/,
        )
    }
    expect(await site.text('assets/style.css')).not.toMatch(/@import|url\(/)
  })

  it('shows the newest release of each family on each driver on the front page', async () => {
    const $ = await site.dom('index.html')
    const heads = $('.matrix thead tr:first-child .head')
      .get()
      .map((head) => [$(head).text(), $(head).attr('colspan')])
    expect(heads).toEqual([
      ['Drivers', '5'],
      ['Django', '2'],
      ['SQLAlchemy', '4'],
      ['Peewee', '2'],
    ])
    const names = $('.matrix thead tr:last-child th')
      .get()
      .map((name) => $(name).text().trim())
    expect(names).toEqual([
      ...['psycopg2 2.9.13', 'psycopg 3 3.3.9', 'asyncpg 0.32.0', 'aiopg 1.4.0', 'pg8000 1.31.6'],
      ...['on psycopg2 6.1.3', 'on psycopg 6.1.3'],
      ...['on psycopg2 2.1.9', 'on psycopg 2.1.9', 'on asyncpg 2.1.9', 'on pg8000 2.1.9'],
      ...['on psycopg2 4.5.0', 'on psycopg 4.5.0'],
    ])
    expect($('.choice [aria-current]').first().text()).toBe('18')
  })

  it.each(['16', '17', '18'])(
    'shows every verdict of PostgreSQL %s in its row and column',
    async (server) => {
      const $ = await site.dom(`releases/${server}.html`)
      const clients = $('.matrix thead tr:last-child a')
        .get()
        .map(({ attribs }) => path.basename(attribs.href ?? '', '.html'))
      expect(clients.toSorted()).toEqual(results.header.clients.map(({ id }) => id).toSorted())
      const rows = $('.matrix tbody tr:has(> th[scope=row] > a)').get()
      const seen = rows.flatMap((row) => {
        const probe = path.basename($(row).find('th a').attr('href') ?? '', '.html')
        return $(row)
          .find('td')
          .get()
          .map((cell, column) => `${clients[column]}/${probe} ${$(cell).text().trim()}`)
      })
      const expected = results.cells.filter((cell) => cell.server === server)
      expect(seen.toSorted()).toEqual(
        expected.map((cell) => `${cell.client}/${cell.probe} ${cell.verdict}`).toSorted(),
      )
    },
  )

  it('counts native features of those that the server has', async () => {
    const $ = await site.dom('pg/16.html')
    const cells = results.cells.filter(
      ({ server, client }) => server === '16' && client === 'psycopg2-2.9.13',
    )
    const native = cells.filter(({ verdict }) => verdict === 'native').length
    const decided = cells.filter(({ verdict }) => !['server', 'timeout'].includes(verdict)).length
    expect(decided).toBeLessThan(cells.length)
    expect($('.sums td').first().text()).toBe(`${native}/${decided}`)
  })

  it('lists what is broken apart, with the servers', async () => {
    const front = await site.dom('index.html')
    const way = front('.jump a').last()
    expect(way.text()).toBe('Wrong without an error')
    expect(way.attr('href')).toBe('findings.html#broken')
    const $ = await site.dom('findings.html')
    const table = $('section[aria-labelledby="broken"] tbody')
    const broken = results.cells.filter(({ verdict, server }) => verdict === 'broken' && server === '18')
    expect(broken.length).toBeGreaterThan(0)
    const addresses = new Set(
      table
        .find('a[href*="#"]')
        .map((_, { attribs }) => attribs.href)
        .get(),
    )
    for (const { client, probe } of broken) expect(addresses).toContain(`probe/${probe}.html#${client}@18`)
    expect(table.find('.servers').first().text()).toMatch(
      /^(16–18|17, 18|18), 18\+pgbouncer, 18\+pgbouncer-tracking$/,
    )
  })

  it('has no column for a client of which nothing ever ran, and says which those are', async () => {
    const made = madeResults({ servers: [18], features: 2 })
    const cells = made.cells.map((cell) =>
      cell.client.startsWith('aiopg-') ? { ...cell, verdict: 'refused' as const, attempts: [] } : cell,
    )
    await using refused = await rendered({ ...made, cells })
    const $ = await refused.dom('index.html')
    const names = $('thead th[data-name]')
      .map((_, { attribs }) => attribs['data-name'])
      .get()
    expect(names).toContain('asyncpg')
    expect(names).not.toContain('aiopg')
    const said = $('main p.count').last()
    expect(said.find('a').attr('href')).toBe('client/aiopg-1.4.0.html')
    expect(said.text()).toMatch(/^Without a column, .*: aiopg 1\.4\.0\.$/)
    const releases = await refused.dom('releases/18.html')
    expect(releases('thead th[data-name="aiopg"]').length).toBe(1)
  })

  it('has the facts of a client on its page', async () => {
    const $ = await site.dom('client/sqlalchemy-2.1.9+psycopg-3.3.9.html')
    expect($('h1').text()).toBe('SQLAlchemy 2.1.9 on psycopg 3.3.9')
    expect($('.facts').text()).toMatch(/Python\s*3\.13\.0\s*libpq inside\s*17\.5/)
    expect(
      $('.packages li')
        .get()
        .map((item) => $(item).text()),
    ).toEqual(['psycopg 3.3.9, built from source: py3-none-any', 'sqlalchemy 2.1.9'])
    expect(
      $('#features ~ .scroller thead th')
        .get()
        .map((head) => $(head).text()),
    ).toEqual(['Feature', '16', '17', '18', ...POOLERS.map((pooler) => `18+${pooler}`)])
  })
})

describe('evidence', () => {
  it('is said once for all cells that ended alike, and every cell has its place there', async () => {
    const results = madeResults({ servers: [15, 16, 17, 18], features: 1, everyRelease: true })
    await using site = await rendered(results)
    const $ = await site.dom('probe/type-uuid.html')
    const places = $('.finding .on a')
      .get()
      .map(({ attribs }) => attribs.id)
    expect(places.toSorted()).toEqual(
      results.cells.map(({ client, server }) => `${client}@${server}`).toSorted(),
    )
    const asyncpg = $('section[aria-labelledby=family-asyncpg] .finding')
    expect(asyncpg.length).toBe(1)
    expect(
      asyncpg
        .find('.client')
        .get()
        .map((client) => $(client).text()),
    ).toEqual(['asyncpg-0.32.0', 'asyncpg-0.29.0'])
  })

  it('keeps apart what differs in more than time, addresses and the version a server presents itself with', async () => {
    const results = madeResults({ servers: [17, 18], features: 1 })
    const change = (server: string, message: string) => (cell: Cell) =>
      cell.server === server && cell.client === 'asyncpg-0.32.0' ? failing(cell, message) : cell
    const pages = (first: string, second: string): Results => ({
      ...results,
      cells: results.cells.map(change('17', first)).map(change('18', second)),
    })
    await using same = await rendered(pages('<Codec at 0x7f00aa12>', '<Codec at 0x7f11bb34>'))
    await using own = await rendered(pages('PostgreSQL 17.4 says no', 'PostgreSQL 18.4 says no'))
    await using other = await rendered(pages('no codec 25', 'no codec 26'))
    const findings = async (site: RenderedSite) =>
      (await site.dom('probe/type-uuid.html'))('section[aria-labelledby=family-asyncpg] .finding').length
    expect([await findings(same), await findings(own), await findings(other)]).toEqual([1, 1, 2])
  })

  it('shows the code to the letter, the error with its line in the recipe, and the command that runs it again', async () => {
    const results = madeResults({ servers: [18], features: 1 })
    const code = 'if a < b and c > d:\n    return """\n\t  kept & <b>\n"""\n'
    const cells = results.cells.map((cell) => failing(cell, 'first\nsecond', code))
    await using site = await rendered({ ...results, cells })
    const $ = await site.dom('probe/type-uuid.html')
    const finding = $('section[aria-labelledby=family-pg8000] .finding')
    expect(finding.find('.recipe pre').text()).toBe(code.trimEnd())
    expect(finding.find('figcaption').text()).toBe('probes/json/type-uuid.yaml:24')
    expect(finding.find('.evidence').text()).toContain('SQLSTATE 42P18, line 3 of the recipe')
    expect(finding.find('.evidence pre').first().text()).toBe('first\nsecond')
    expect(finding.find('.again code').text()).toBe("pgmatrix run '18/pg8000-1.31.6/type-uuid'")
  })

  it('prints a recipe once for a family and refers to it afterwards', async () => {
    const results = madeResults({ servers: [17, 18], features: 1 })
    const cells = results.cells.map((cell) => failing(cell, `on ${cell.server}`, 'return 1\n'))
    await using site = await rendered({ ...results, cells })
    const $ = await site.dom('probe/type-uuid.html')
    const family = $('section[aria-labelledby=family-pg8000]')
    expect(family.find('.finding').length).toBe(2)
    expect(
      family
        .find('.recipe')
        .get()
        .map(({ attribs }) => attribs.id),
    ).toEqual(['family-pg8000-recipe-1'])
    expect(family.find('.same a').attr('href')).toBe('#family-pg8000-recipe-1')
  })

  function failing(cell: Cell, message: string, code = 'raise\n'): Cell {
    const error = { type: 'Error', message, sqlstate: '42P18', line: 26 }
    const base = {
      level: 'raw',
      outcome: 'raised',
      reason: 'an error',
      note: null,
      file: 'probes/json/type-uuid.yaml',
    } as const
    const seen = {
      value: null,
      expected: null,
      figures: {},
      witness: [],
      output: '',
      ms: Number(cell.server),
      cpuMs: 1,
    }
    const attempts = [{ ...base, ...seen, code, line: 24, error }]
    return { ...cell, verdict: 'unsupported', reason: 'an error', note: null, absent: [], attempts }
  }
})

describe('results that are not whole', () => {
  it.each([
    [
      'interrupted',
      { complete: false, selector: null },
      'The run was interrupted: 156 of 200 cells have a result.',
    ],
    [
      'a selection',
      { complete: true, selector: '18/psycopg*' },
      'This run covers a selection of the matrix only: 18/psycopg*',
    ],
  ])('%s: every page says so', async (_, { complete, selector }, sentence) => {
    const made = madeResults({ servers: [18] })
    const results = { ...made, complete, header: { ...made.header, selector, cells: 200 } }
    await using site = await rendered(results)
    for (const page of site.pages) expect((await site.dom(page))('.warning').text().trim()).toBe(sentence)
  })

  it('a cell without a result is an empty place that says so', async () => {
    const made = madeResults({ servers: [18], features: 1 })
    await using site = await rendered({ ...made, complete: false, cells: made.cells.slice(1) })
    const $ = await site.dom('index.html')
    expect(
      $('.matrix td')
        .get()
        .filter((cell) => $(cell).text().trim() === 'no result').length,
    ).toBe(2)
  })

  it('no warning on whole results', async () => {
    await using site = await rendered(madeResults({ servers: [18], features: 1 }))
    expect((await site.dom('index.html'))('.warning').length).toBe(0)
  })
})

it('results from an enemy are text and nothing else', async () => {
  await using site = await rendered(hostile(madeResults({ servers: [18], features: 3 })))
  for (const page of site.pages) {
    const $ = await site.dom(page)
    expect($('img').length).toBe(0)
    expect(scriptsOf($)).toEqual([])
    for (const node of $('*').get()) {
      const attribs: Readonly<Record<string, string>> = 'attribs' in node ? node.attribs : {}
      expect(Object.keys(attribs).filter((name) => name.startsWith('on'))).toEqual([])
      expect(attribs.href ?? '').not.toContain('javascript:')
    }
  }
  const $ = await site.dom('probe/type-uuid.html')
  expect($('h1').text()).toBe(ATTACK)
  expect($('.finding .recipe pre').first().text()).toBe(ATTACK)
  expect($('.evidence pre').first().text()).toBe(ATTACK)
  expect($('title').text()).toBe(`${ATTACK} · pgmatrix`)
})

/** Scripts that are not the site's own. */
function scriptsOf($: CheerioAPI): string[] {
  const scripts = $('script').get()
  const own = /^(\.\.\/)?(assets\/(site|matrix)|data\/verdicts)\.js$/
  return scripts
    .filter((one) => !own.test(one.attribs.src ?? '') || $(one).text() !== '')
    .map((one) => $.html(one))
}
