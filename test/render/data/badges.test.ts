import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import type { Results } from '../../../harness/core/result.js'
import { GROUNDS, PLAIN_GROUND } from '../../../harness/render/data/badge.js'
import { ATTACK, hostile } from '../hostile.js'
import { madeResults } from '../made-results.js'
import { withStacks } from '../made-stacks.js'
import { dataFiles, textOf } from './files.js'

const results = withStacks(
  madeResults({ servers: [16, 17, 18], poolers: ['pgbouncer'], features: 24, everyRelease: true }),
)
const files = dataFiles(results)

describe('the badge of a pairing', () => {
  it('counts what the run found', () => {
    const cells = results.cells.filter(({ client, server }) => client === 'psycopg-3.3.9' && server === '18')
    const native = cells.filter(({ verdict }) => verdict === 'native').length
    const decided = cells.filter(({ verdict }) => !['server', 'timeout'].includes(verdict)).length
    const $ = badge(files, 'badge/client/psycopg-3.3.9/18.svg')
    expect(texts($)).toEqual(['psycopg 3 3.3.9 | PostgreSQL 18', `${native} native of ${decided}`])
    expect($('svg').attr('role')).toBe('img')
    expect($('title').text()).toBe(`psycopg 3 3.3.9 on PostgreSQL 18.4: ${native} native of ${decided}`)
    expect($('svg').attr('aria-label')).toBe($('title').text())
  })

  it('is there for each client on each server', () => {
    const { clients, servers } = results.header
    // A stack has cells of one feature, on every server.
    for (const { id } of clients)
      for (const server of servers) expect(files.has(`badge/client/${id}/${server.id}.svg`)).toBe(true)
  })

  it('is not there without a cell', () => {
    const cells = results.cells.filter(({ client, server }) => client !== 'psycopg-3.3.9' || server !== '18')
    const some = dataFiles({ ...results, cells })
    expect(some.has('badge/client/psycopg-3.3.9/18.svg')).toBe(false)
    expect(some.has('badge/client/psycopg-3.3.9/17.svg')).toBe(true)
  })

  it.each<[string, Partial<Results>]>([
    ['an interrupted run', { complete: false }],
    ['a selection', { header: { ...results.header, selector: '18/*' } }],
  ])('says that it is of %s', (_, some) => {
    const $ = badge(dataFiles({ ...results, ...some }), 'badge/client/psycopg-3.3.9/18.svg')
    expect(texts($)[1]).toMatch(/^\d+ native of \d+ \(partial run\)$/)
  })

  it('counts nothing where nothing was judged', () => {
    const cells = results.cells.map((cell) => ({ ...cell, verdict: 'not-run' as const }))
    const $ = badge(dataFiles({ ...results, cells }), 'badge/client/psycopg-3.3.9/18.svg')
    expect(texts($)[1]).toBe('not-run 24')
  })
})

describe('the badge of a feature', () => {
  it('is of the newest release of each family on each driver, on the servers themselves', () => {
    const found = [...files.keys()].filter((name) => name.startsWith('badge/feature/multirange/'))
    expect(found.toSorted()).toEqual(
      [
        ...['aiopg', 'asyncpg', 'pg8000', 'psycopg', 'psycopg2'],
        ...['django+psycopg', 'django+psycopg2', 'peewee+psycopg', 'peewee+psycopg2'],
        ...['sqlalchemy+asyncpg', 'sqlalchemy+pg8000', 'sqlalchemy+psycopg', 'sqlalchemy+psycopg2'],
      ]
        .map((series) => `badge/feature/multirange/${series}.svg`)
        .toSorted(),
    )
  })

  it('says on which servers', () => {
    const merge = (server: string) => (server === '16' ? ('server' as const) : ('native' as const))
    const cells = results.cells.map((cell) => ({ ...cell, verdict: merge(cell.server) }))
    const $ = badge(dataFiles({ ...results, cells }), 'badge/feature/merge-returning/psycopg.svg')
    expect(texts($)).toEqual(['MERGE … RETURNING', 'native on 17, 18; server on 16'])
    expect($('title').text()).toBe('MERGE … RETURNING, psycopg 3 3.3.9: native on 17, 18; server on 16')
  })
})

it('white text is easy to read on every ground', () => {
  for (const ground of [...Object.values(GROUNDS), PLAIN_GROUND, '#3a4340'])
    expect([ground, 1.05 / (luminance(ground) + 0.05)]).toEqual([ground, expect.toSatisfy((n) => n >= 4.5)])
})

it('words of an enemy are words', () => {
  const hostileFiles = dataFiles(hostile(results))
  for (const [name, text] of hostileFiles) {
    if (!name.endsWith('.svg')) continue
    const $ = load(text, { xmlMode: true })
    const names = new Set(
      $('*')
        .get()
        .map((node) => ('name' in node ? node.name : '')),
    )
    expect([...names].toSorted()).toEqual(['g', 'rect', 'svg', 'text', 'title'])
    expect(text).not.toMatch(/<script|<img/)
  }
  const $ = badge(hostileFiles, 'badge/feature/multirange/psycopg.svg')
  expect($('title').text().startsWith(ATTACK)).toBe(true)
})

function badge(from: ReadonlyMap<string, string>, name: string) {
  return load(textOf(from, name), { xmlMode: true })
}

function texts($: ReturnType<typeof load>): string[] {
  return $('text')
    .get()
    .map((node) => $(node).text())
}

/** WCAG 2.2: relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
