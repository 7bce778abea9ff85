/** The table of web stacks, and what the pages around it say of them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { madeResults } from './made-results.js'
import { AIOHTTP, FLASK, WEB_PROBE, withStacks } from './made-stacks.js'
import { rendered, type RenderedSite } from './rendered.js'

let site: RenderedSite
beforeAll(async () => {
  site = await rendered(withStacks(madeResults({ servers: [17, 18], features: 2 })))
})
afterAll(() => site[Symbol.asyncDispose]())

it('a row is a framework, an ORM, a driver and a server, and opens the application', async () => {
  const $ = await site.dom('stacks.html')
  const rows = $('.stacks tbody tr')
    .toArray()
    .map((row) => [
      $(row).find('th a').attr('href'),
      ...$(row)
        .find('th, td')
        .toArray()
        .map((cell) => $(cell).text().trim()),
    ])
  expect(rows).toEqual([
    [
      `client/${AIOHTTP}.html#application`,
      'aiohttp 3.14.5',
      'none',
      'asyncpg 0.32.0',
      'aiohttp',
      '1/1',
      'native',
    ],
    [
      `client/${FLASK}.html#application`,
      ...['Flask 3.1.3 Flask-SQLAlchemy', 'SQLAlchemy 2.1.9', 'psycopg2 2.9.13', 'gunicorn', '1/1', 'native'],
    ],
  ])
  expect($('.stacks td.v-native a').attr('href')).toBe(`probe/${WEB_PROBE}.html#${AIOHTTP}@18`)
})

it('the page of a stack shows the application, and what it was asked alone', async () => {
  const $ = await site.dom(`client/${FLASK}.html`)
  expect($('h1').text()).toBe('Flask 3.1.3 with SQLAlchemy 2.1.9 on psycopg2 2.9.13')
  expect($('#application ~ figure pre').text()).toBe('app = Flask(__name__)  # <& "quoted">')
  expect($('#features ~ .scroller tbody tr:not(.sums, .group) th').text()).toBe(
    'A failed request leaves nothing behind',
  )
})

it('the page of the feature shows once what all were asked', async () => {
  const $ = await site.dom(`probe/${WEB_PROBE}.html`)
  expect($('#conversation ~ figure pre').text()).toBe('return app.json("/orders")')
  expect($('.finding pre.code')).toHaveLength(0)
  expect($('.finding .same a').attr('href')).toBe('#conversation')
  expect($('.holds a.client').attr('href')).toBe(`../client/${AIOHTTP}.html#application`)
})

it('the matrix and the clients are those of drivers and ORMs', async () => {
  expect(await site.text('index.html')).not.toContain('A failed request')
  expect(await site.text('index.html')).not.toContain(FLASK)
  expect(await site.text('clients.html')).not.toContain('flask')
  expect(await site.text('index.html')).toContain('href="stacks.html"')
})

it('without stacks there is no such page', async () => {
  await using without = await rendered(madeResults({ servers: [18], features: 1 }))
  expect(without.pages).not.toContain('stacks.html')
  expect(await without.text('index.html')).not.toContain('stacks.html')
})
