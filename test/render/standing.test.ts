/** What is said of projects, what was seen beside it, and what recipes measured. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cell, Results } from '../../harness/core/result.js'
import { describeCell } from '../../harness/commands/show.js'
import { measured } from '../../harness/render/models/figures.js'
import { observed } from '../../harness/render/models/observed.js'
import { viewResults } from '../../harness/render/models/view.js'
import { madeResults } from './made-results.js'
import { rendered, type RenderedSite } from './rendered.js'

const results = madeResults({ servers: [16, 17, 18], features: 2, everyRelease: true })

describe('a site', () => {
  let site: RenderedSite
  let old: RenderedSite
  beforeAll(async () => {
    ;[site, old] = await Promise.all([rendered(results), rendered(ofAnOlderTool(results))])
  })
  afterAll(() => Promise.all([site[Symbol.asyncDispose](), old[Symbol.asyncDispose]()]))

  it('says of each family what it is, and links to where that is said', async () => {
    const $ = await site.dom('clients.html')
    const card = $('section[aria-labelledby=family-aiopg]')
    expect(card.find('h2').text()).toBe('aiopg asyncio driver, unmaintained')
    expect(card.find('.licence').text()).toMatch(/LGPL-3\.0-or-later/)
    expect(card.find('.maintenance').text()).toMatch(/^unmaintained, as of 2026-10-06\. aiopg was released/)
    expect(card.find('.maintenance a').attr('href')).toBe('https://example.org/aiopg/news')
  })

  it('shows what is documented beside what was seen', async () => {
    const $ = await site.dom('clients.html')
    const rows = $('section[aria-labelledby=family-pg8000] .says tbody tr')
      .get()
      .map((row) =>
        $(row)
          .children()
          .get()
          .map((field) => $(field).text()),
      )
    expect(rows).toEqual([
      ['PostgreSQL', 'from 9.5 to 19; older ones on a best-effort basis', '16–18'],
      ['Python', 'not documented', '3.13'],
    ])
  })

  it('says on the page of an older release that the documentation is that of the newest', async () => {
    const text = async (page: string) => (await site.dom(page))('.facts').text()
    expect(await text('client/psycopg2-2.9.13.html')).toMatch(/Documented PostgreSQL\s*from 9\.5/)
    expect(await text('client/psycopg2-2.8.6.html')).toMatch(/Documented PostgreSQL of the newest release/)
  })

  it('says nothing where the results are of an older tool', async () => {
    const $ = await old.dom('clients.html')
    expect($('.licence, .maintenance').length).toBe(0)
    expect($('section[aria-labelledby=family-aiopg] h2').text()).toBe('aiopg driver')
    expect((await old.dom('probe/type-uuid.html'))('#given').length).toBe(0)
  })

  it('shows what runs before each recipe, to the letter', async () => {
    const $ = await site.dom('probe/type-uuid.html')
    const code = $('section[aria-labelledby=given] pre').text()
    expect(`${code}\n`).toBe(results.header.probes[0]?.given)
    expect($('.jump a').first().attr('href')).toBe('#given')
  })

  it('shows what was measured, with each attempt and in one table', async () => {
    const $ = await site.dom('probe/type-uuid.html')
    expect($('.measured thead').text()).toMatch(/rows that came back\s*turns/)
    expect($('.finding .figures').first().text()).toMatch(/rows that came back: 32,767/)
    expect((await site.dom('probe/type-numeric.html'))('.measured').length).toBe(0)
  })
})

describe('figures', () => {
  it('are one row where all releases of a family agree, and a range over servers', () => {
    const cells = results.cells.map((cell) => ({
      ...cell,
      attempts: cell.attempts.map((attempt) => ({
        ...attempt,
        outcome: 'held' as const,
        figures: figuresFor(cell),
      })),
    }))
    const view = viewResults({ ...results, cells })
    const [probe] = results.header.probes
    const rows = (probe && measured(view, probe)?.rows) ?? []
    expect(rows.filter(({ clients }) => /^(psycopg2|asyncpg) /.test(clients))).toEqual([
      { clients: 'psycopg2 2.9.13, 2.9.5', values: ['1–3'] },
      { clients: 'psycopg2 2.8.6', values: ['9'] },
      { clients: 'asyncpg (all releases)', values: ['1–3'] },
    ])
  })

  function figuresFor({ client, server }: Cell): Record<string, number> {
    return { turns: client === 'psycopg2-2.8.6' ? 9 : Number(server) - 15 }
  }

  it('are printed with the evidence of a cell', () => {
    const cell = results.cells.find(({ attempts }) => attempts.some(({ figures }) => figures['turns']))
    expect(cell && describeCell(cell)).toMatch(/\n {2}measured rows that came back: 32767\n/)
  })
})

describe('what was seen', () => {
  it('joins Pythons and libpqs, and has no server on which nothing connected', () => {
    const clients = results.header.clients.map((client, index) => ({
      ...client,
      python: ['3.13.0', '3.12.1', '3.8.18', null][index % 4] ?? null,
    }))
    const header = { ...results.header, clients }
    const cells = results.cells.map((cell) => (cell.server === '17' ? { ...cell, attempts: [] } : cell))
    const view = viewResults({ header, cells, complete: true })
    expect(observed(view, clients)).toEqual({ servers: '16, 18', pythons: '3.8, 3.12, 3.13' })
  })
})

/** As its file would be read: without what that tool did not know. */
function ofAnOlderTool(made: Results): Results {
  const silent = { paradigm: null, licence: null, maintenance: null, documented: null }
  const { families, probes } = made.header
  return {
    ...made,
    header: {
      ...made.header,
      families: families.map((family) => ({ ...family, ...silent })),
      probes: probes.map((probe) => ({ ...probe, given: null })),
    },
  }
}
