/** What the pages of clients and servers, the findings and the overview say, from results in which little differs. */
import { describe, expect, it } from 'vitest'
import { POOLERS } from '../../harness/core/matrix.js'
import type { Cell, FamilyFacts, Header, Results } from '../../harness/core/result.js'
import type { Verdict } from '../../harness/core/verdict.js'
import { clientReleasePage } from '../../harness/render/models/client-page.js'
import { pythonsIn, rangeIn } from '../../harness/render/models/documented.js'
import { findingsPage } from '../../harness/render/models/findings-page.js'
import { overviewPage } from '../../harness/render/models/overview-page.js'
import { serverBringsPage } from '../../harness/render/models/server-page.js'
import { type ResultsView, viewResults } from '../../harness/render/models/view.js'
import { madeResults } from './made-results.js'

const made = madeResults({
  ...{ servers: [15, 16, 17], poolers: [POOLERS[0]], features: 2, everyRelease: true },
})

/** All cells are native, but for those that are named: `16/psycopg2-2.8.6/type-uuid`. */
function viewWith(
  others: Readonly<Record<string, Verdict>>,
  change: (made: Results) => Results = (all) => all,
) {
  const judged = (cell: Cell): Cell => {
    const verdict = others[`${cell.server}/${cell.client}/${cell.probe}`] ?? 'native'
    return { ...cell, verdict, reason: `seen as ${verdict}`, note: null }
  }
  return viewResults(change({ ...made, cells: made.cells.map(judged) }))
}

function clientIn(view: ResultsView, id: string) {
  const client = view.header.clients.find((one) => one.id === id)
  if (!client) throw new Error(`there is no ${id}`)
  return clientReleasePage(view, client)
}

function serverIn(view: ResultsView, id: string) {
  const server = view.servers.find((one) => one.id === id)
  if (!server) throw new Error(`there is no ${id}`)
  return serverBringsPage(view, server)
}

describe('the page of a client', () => {
  const view = viewWith({
    '15/psycopg2-2.9.13/type-uuid': 'refused',
    '16/psycopg2-2.8.6/type-uuid': 'broken',
    '17/psycopg2-2.8.6/type-uuid': 'broken',
    '17/psycopg2-2.9.5/type-numeric': 'timeout',
  })
  const page = clientIn(view, 'psycopg2-2.9.13')

  it('has a column for each release on each server', () => {
    expect(page.support?.rows.map(({ version, current }) => [version, current])).toEqual([
      ['2.9.13', true],
      ['2.9.5', false],
      ['2.8.6', false],
    ])
    expect(page.support?.rows[2]?.cells.map(({ tally }) => tally.words)).toEqual([
      ...['native 2', 'native 1, broken 1', 'native 1, broken 1', 'native 2'],
    ])
    expect(page.support?.rows[2]?.cells[1]?.blocks).toEqual([
      { verdict: 'native', pattern: null, y: '50.00', height: '50.00' },
      { verdict: 'broken', pattern: 'p-broken', y: '0.00', height: '50.00' },
    ])
  })

  it('says what changed from each release to the next, servers that changed alike in one row', () => {
    expect(
      page.steps.map(({ from, to, words, groups }) => [
        ...[from, to, words],
        ...groups.flatMap(({ title, rows }) =>
          rows.map(({ before, after, servers, href }) => [title, before, after, servers, href].join(' ')),
        ),
      ]),
    ).toEqual([
      [
        ...['2.9.5', '2.9.13', '1 worse, 1 other'],
        'Worse native refused 15 ../probe/type-uuid.html#psycopg2-2.9.13@15',
        'Other timeout native 17 ../probe/type-numeric.html#psycopg2-2.9.13@17',
      ],
      [
        ...['2.8.6', '2.9.5', '1 better, 1 other'],
        'Better broken native 16, 17 ../probe/type-uuid.html#psycopg2-2.9.5@17',
        'Other native timeout 17 ../probe/type-numeric.html#psycopg2-2.9.5@17',
      ],
    ])
  })

  it('says which servers it refuses, with what was seen', () => {
    expect(page.accepts.map(({ verdict, servers, says }) => [verdict, servers, says])).toEqual([
      ['refused', '15', 'seen as refused'],
    ])
  })

  it('compares releases on the same driver alone', () => {
    const steps = clientIn(view, 'sqlalchemy-2.1.9+psycopg-3.3.9').steps
    expect(steps.map(({ from, to }) => `${from} ${to}`)).toEqual(['2.0.45 2.1.9', '1.4.54 2.0.45'])
    expect(clientIn(view, 'pg8000-1.31.6').steps).toEqual([])
  })
})

describe('the page of a server', () => {
  const since = ({ header, ...rest }: Results): Results => ({
    ...rest,
    header: {
      ...header,
      probes: header.probes.map((probe) => ({ ...probe, since: probe.id === 'type-uuid' ? '17' : '9.4' })),
    },
  })
  const view = viewWith(
    {
      '16/asyncpg-0.32.0/type-uuid': 'server',
      '17/asyncpg-0.32.0/type-uuid': 'raw',
      '17/psycopg2-2.8.6/type-numeric': 'broken',
      '17+pgbouncer/asyncpg-0.29.0/type-numeric': 'unsupported',
      '17+pgbouncer/asyncpg-0.32.0/type-numeric': 'unsupported',
    },
    since,
  )

  it('says what the release brought, and which families have it natively', () => {
    const brings = serverIn(view, '17').brings
    expect(brings.map(({ title }) => title)).toEqual(['uuid becomes uuid.UUID'])
    expect(brings[0]?.native.map(({ title, releases }) => `${title} ${releases}`)).toContain('asyncpg 0.29.0')
    expect(serverIn(view, '16').brings).toEqual([])
    expect(serverIn(view, '17+pgbouncer').brings).toEqual([])
  })

  it.each([
    ['17', '16', ['Worse here: numeric keeps every digit as Decimal native broken psycopg2 2.8.6']],
    [
      ...(['17+pgbouncer', '17'] as const),
      [
        'Worse here: numeric keeps every digit as Decimal native unsupported asyncpg all releases',
        'Better here: uuid becomes uuid.UUID raw native asyncpg 0.32.0',
        'Better here: numeric keeps every digit as Decimal broken native psycopg2 2.8.6',
      ],
    ],
    ['16', '15', ['Other: uuid becomes uuid.UUID native server asyncpg 0.32.0']],
  ])('says what differs on %s from %s', (server, other, expected) => {
    const against = serverIn(view, server).against
    expect(against?.id).toBe(other)
    expect(
      against?.groups.flatMap(({ title, rows }) =>
        rows.map(({ feature, before, after, clients }) => {
          const names = clients.map((client) => `${client.title} ${client.releases}`).join(', ')
          return `${title}: ${feature} ${before} ${after} ${names}`
        }),
      ),
    ).toEqual(expected)
  })

  it('has nothing to compare the first one with', () => {
    expect(serverIn(view, '15').against).toBeNull()
  })
})

describe('findings', () => {
  it('have what is broken on any server, and what crashed or hung', () => {
    const view = viewWith({ '15/asyncpg-0.29.0/type-uuid': 'broken', '17/aiopg-1.4.0/type-uuid': 'crash' })
    const { broken, brokenCells, ended } = findingsPage(view)
    expect([brokenCells, broken.map(({ servers }) => servers)]).toEqual(['1', ['15']])
    expect(ended.map(({ verdict, rows }) => [verdict, rows[0]?.clients[0]?.title])).toEqual([
      ['crash', 'aiopg 1.4.0'],
    ])
  })

  it('have what is not as documented', () => {
    const view = viewWith({}, ({ header, cells, ...rest }) => ({
      ...rest,
      header: documenting(header, (id) => ({
        servers: id === 'asyncpg' ? '16 and later' : id === 'aiopg' ? '9.5 to 17' : null,
      })),
      cells: cells.map((cell) =>
        cell.client === 'aiopg-1.4.0' && cell.server !== '15' ? { ...cell, attempts: [] } : ran(cell),
      ),
    }))
    expect(
      findingsPage(view).documented.map(({ family, release, seen, differs }) => [
        family,
        release,
        seen,
        differs,
      ]),
    ).toEqual([
      ['asyncpg', '0.32.0', '15–17', ['ran on 15, which is not named']],
      ['aiopg', '1.4.0', '15', ['named, and did not run on 16, 17']],
    ])
  })

  it('have a Python that a client ran on and nobody names', () => {
    const view = viewWith({}, ({ header, ...rest }) => ({
      ...rest,
      header: documenting(header, (id) => ({
        servers: null,
        pythons: id === 'asyncpg' ? '3.9 to 3.12' : '3.9 or later',
      })),
    }))
    expect(findingsPage(view).documented).toMatchObject([
      {
        ...{ of: 'Python', family: 'asyncpg', release: '0.32.0', says: '3.9 to 3.12', seen: '3.13' },
        source: 'https://example.org/asyncpg/metadata',
        differs: ['ran on 3.13, which is not named'],
      },
    ])
  })

  it.each([
    ['3.9 or later', ['3.9', '3.13'], ['3.8']],
    ['>= 3.7; classifiers from 3.7 to 3.11', ['3.7', '3.13'], ['3.6']],
    ['CPython 2.7+, CPython 3.5+, PyPy 2', ['3.5', '3.13'], ['3.4']],
    ['from 3.10 to 3.15', ['3.10', '3.15'], ['3.9', '3.16']],
    ['3.12, 3.13, 3.14, and 3.15 (as of 6.1.3)', ['3.12', '3.15'], ['3.11', '3.16']],
  ])('documented Pythons: %s', (text, named, others) => {
    const isNamed = pythonsIn(text)
    expect(named.map((python) => isNamed?.(python))).toEqual(named.map(() => true))
    expect(others.map((python) => isNamed?.(python))).toEqual(others.map(() => false))
  })

  it.each(['a recent and currently supported version of Python', 'Python 3.5'])(
    'documented Pythons that no range is read from: %s',
    (text) => expect(pythonsIn(text)).toBeNull(),
  )

  /** With what each family is to say. */
  function documenting(
    header: Header,
    says: (family: string) => Partial<NonNullable<FamilyFacts['documented']>>,
  ): Header {
    const families = header.families.map((family) => ({
      ...family,
      documented: family.documented && { ...family.documented, ...says(family.id) },
    }))
    return { ...header, families }
  }

  /** One attempt that held, taken from any cell that has one. */
  function ran(cell: Cell): Cell {
    const held = made.cells.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'held'))
    return { ...cell, attempts: held.slice(0, 1) }
  }

  it.each([
    ['versions 9.5 to 19', { from: 9.5, to: 19 }],
    ['15 and higher', { from: 15, to: null }],
    ['9.6+; best effort 9+', { from: 9.6, to: null }],
    ['as far back as 8.0', { from: 8, to: null }],
    ['from version 10 to 18; older ones on a best-effort basis', { from: 10, to: 18 }],
    ['tested on PostgreSQL 14, 15, 16, 17', null],
    ['support for 9.6 was removed in 1.26.1', null],
  ])('a documented range: %s', (text, range) => {
    expect(rangeIn(text)).toEqual(range)
  })
})

it('the overview has the share of each group on the newest server', () => {
  const view = viewWith({
    '17/asyncpg-0.32.0/type-uuid': 'raw',
    '17/aiopg-1.4.0/type-uuid': 'server',
    '17/aiopg-1.4.0/type-numeric': 'server',
  })
  const rows = overviewPage(view).kinds.flatMap((kind) => kind.rows)
  const whole = (title: string) => rows.find((row) => row.title === title)?.whole
  expect(whole('asyncpg')).toMatchObject({ percent: 50, of: '1 of 2', words: 'native 1, raw 1' })
  expect(whole('psycopg2')).toMatchObject({ percent: 100, opacity: '0.40' })
  expect(whole('aiopg')?.decided).toBe(false)
})
