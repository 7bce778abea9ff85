/** Who has a feature, in words, and what of its page is folded. */
import { describe, expect, it } from 'vitest'
import type { Cell, Results } from '../../harness/core/result.js'
import type { Verdict } from '../../harness/core/verdict.js'
import { cutText } from '../../harness/render/models/evidence.js'
import { viewResults } from '../../harness/render/models/view.js'
import { whoHas } from '../../harness/render/models/who.js'
import { madeResults } from './made-results.js'
import { rendered } from './rendered.js'

const made = madeResults({ servers: [16, 17, 18], features: 1, everyRelease: true })

/** Cells with these verdicts; those that get none are left out. */
function judged(verdictOf: (cell: Cell) => Verdict | null): Results {
  const cells = made.cells.flatMap((cell) => {
    const verdict = verdictOf(cell)
    return verdict === null ? [] : [{ ...cell, verdict }]
  })
  return { ...made, cells }
}

function lines(results: Results): string[] {
  const view = viewResults(results)
  return view.groups.flatMap(({ probes }) =>
    probes.flatMap((probe) =>
      whoHas(view, probe, view.servers).flatMap(({ verdict, lines }) =>
        lines.map(({ family, where }) => [verdict, family?.title, where].filter(Boolean).join(' ')),
      ),
    ),
  )
}

describe('who has it, in words', () => {
  it.each<[string, string[], (cell: Cell) => Verdict | null]>([
    [
      'a family from a release on',
      ['native asyncpg 0.32.0 on 17, 18', 'partial asyncpg 0.32.0 on 16; 0.29.0 on all servers'],
      ({ client, server }) =>
        client.startsWith('asyncpg')
          ? client.endsWith('32.0') && server !== '16'
            ? 'native'
            : 'partial'
          : null,
    ],
    [
      'the newer releases',
      ['native psycopg2 ≥ 2.9.5 on all servers', 'broken psycopg2 2.8.6 on all servers'],
      ({ client }) =>
        client.startsWith('psycopg2-') ? (client === 'psycopg2-2.8.6' ? 'broken' : 'native') : null,
    ],
    [
      'the older releases',
      ['native psycopg2 ≤ 2.9.5 on all servers', 'raw psycopg2 2.9.13 on all servers'],
      ({ client }) =>
        client.startsWith('psycopg2-') ? (client === 'psycopg2-2.9.13' ? 'raw' : 'native') : null,
    ],
    [
      'what an ORM runs on, where it makes a difference',
      [
        'native Peewee all releases with psycopg on all servers',
        'raw Peewee all releases with psycopg2 on all servers',
      ],
      ({ client }) => (client.startsWith('peewee') ? (client.includes('psycopg2') ? 'raw' : 'native') : null),
    ],
    [
      'and where it makes none',
      ['native Peewee all releases on 18', 'server Peewee all releases on 16, 17'],
      ({ client, server }) => (client.startsWith('peewee') ? (server === '18' ? 'native' : 'server') : null),
    ],
    [
      'what holds for all is said once',
      ['native all clients on 17, 18', 'server all clients on 16'],
      ({ server }) => (server === '16' ? 'server' : 'native'),
    ],
    ['nothing', [], () => null],
  ])('%s', (_, expected, verdictOf) => {
    expect(lines(judged(verdictOf))).toEqual(expected)
  })
})

it('the page has no row, column or family without a cell', async () => {
  const results = judged(({ client, server }) =>
    client.startsWith('psycopg2-') && server !== '16' ? 'native' : null,
  )
  await using site = await rendered(results)
  const $ = await site.dom('probe/type-uuid.html')
  expect($('.matrix thead').text()).toBe('Client1718')
  expect($('.matrix tbody tr').length).toBe(3)
  expect(
    $('section.family h2')
      .get()
      .map((head) => $(head).attr('id')),
  ).toEqual(['given', 'family-psycopg2'])
  expect($('.ranges > dl li').text()).toBe('psycopg2 all releases on all servers')
})

it('findings of older releases are folded, and their evidence has its place there', async () => {
  const results = judged(({ client }) => (client === 'psycopg2-2.8.6' ? 'raw' : 'native'))
  await using site = await rendered(results)
  const $ = await site.dom('probe/type-uuid.html')
  const family = $('section[aria-labelledby=family-psycopg2]')
  expect(family.find('> .finding .client').text()).toBe('psycopg2-2.9.13psycopg2-2.9.5')
  expect(family.find('.older summary').first().text()).toBe('Older releases: 1 more')
  expect(family.find('.older .on a').first().attr('id')).toBe('psycopg2-2.8.6@16')
})

it.each([
  ['short', 'x'.repeat(1_520), 'x'.repeat(1_520)],
  ['long', 'x'.repeat(4_000), `${'x'.repeat(1_500)}… (2,500 characters more)`],
])('a %s text of the evidence', (_, text, shown) => {
  expect(cutText(text)).toBe(shown)
})
