/** Clients that were asked a part of the features. */
import { expect, it } from 'vitest'
import { madeResults } from './made-results.js'
import { rendered } from './rendered.js'

const made = madeResults({ servers: [17, 18] })
const [first, second] = made.header.probes.map(({ id }) => id)
const cells = made.cells.filter(
  ({ client, probe }) => !client.startsWith('peewee') || probe === first || probe === second,
)

it.each([
  ['complete', true, 2],
  ['cut off, of which nobody knows what was asked', false, made.header.probes.length],
])('a page of results that are %s', async (_, complete, features) => {
  await using site = await rendered({ ...made, cells, complete })
  const page = site.pages.find((name) => name.startsWith('client/peewee'))
  const $ = await site.dom(page ?? '')
  expect($('.matrix th[scope=row] > a[href^="../probe/"]').length).toBe(features)
  const last = await site.dom(`probe/${made.header.probes.at(-1)?.id}.html`)
  // A feature's page names clients that have a result alone.
  expect(last('main').text()).not.toContain('Peewee 4.5.0')
  expect(last('main').text()).toContain('psycopg2 2.9.13')
})
