import { describe, expect, it } from 'vitest'
import type { ServerFacts } from '../../harness/core/result.js'
import { groupAnchors, rootOf, webLink } from '../../harness/render/models/address.js'
import { pythonTokens } from '../../harness/render/models/code.js'
import { libpqVersion } from '../../harness/render/models/libpq.js'
import { compareReleases } from '../../harness/core/order.js'
import { paragraphs, prose } from '../../harness/render/models/prose.js'
import { serverName, serverRange } from '../../harness/core/server-range.js'

describe('releases are ordered by number', () => {
  it.each([
    [
      ['2.9.13', '2.9.5', '2.8.6'],
      ['2.8.6', '2.9.5', '2.9.13'],
    ],
    [
      ['2.1.0', '2.1.0rc1', '2.1.0b2', '2.1.0a9'],
      ['2.1.0a9', '2.1.0b2', '2.1.0rc1', '2.1.0'],
    ],
    [
      ['1.0.post1', '1.0', '1.0.dev3'],
      ['1.0.dev3', '1.0', '1.0.post1'],
    ],
    [
      ['4.2', '4.2.1', '4.10'],
      ['4.2', '4.2.1', '4.10'],
    ],
  ])('%j', (releases, expected) => {
    expect(releases.toSorted(compareReleases)).toEqual(expected)
  })
})

describe('servers in few words', () => {
  const all = [10, 11, 12, 13, 17, 18].map(server)

  it.each([
    [[10, 11, 12], '10–12'],
    [[10, 11], '10, 11'],
    [[10, 12, 13, 17], '10, 12–17'],
    [[18], '18'],
    [[], ''],
  ])('%j is %s', (majors, expected) => {
    const some = all.filter(({ major }) => majors.some((other) => other === major))
    expect(serverRange(some, all)).toBe(expected)
  })

  it('a server behind a pooler is named by itself, and parts no neighbours', () => {
    const pooled = { ...server(17), id: '17+pgbouncer', pooler: 'pgbouncer' } as const
    const servers = [...[13, 17].map(server), pooled, server(18)]
    expect(serverRange(servers, servers)).toBe('13–18, 17+pgbouncer')
    expect(serverName(pooled)).toBe('PostgreSQL 17.1 behind PgBouncer in transaction mode')
  })

  function server(major: number): ServerFacts {
    const nothing = { versionNum: null, build: null, preview: false, endOfLife: null, pooler: null }
    return { id: String(major), major, version: `${major}.1`, ...nothing }
  }
})

describe('a link from results is followed only where it leads to a web page', () => {
  it.each([
    ['https://www.postgresql.org/docs/', 'https://www.postgresql.org/docs/'],
    ['http://example.org', 'http://example.org/'],
    ['javascript:alert(1)', null],
    ['JaVaScRiPt:alert(1)', null],
    ['data:text/html,<script>', null],
    ['file:///etc/passwd', null],
    ['//example.org/', null],
    ['docs', null],
    ['', null],
  ])('%s', (address, expected) => {
    expect(webLink(address)).toBe(expected)
  })
})

it.each([
  [170_005, '17.5'],
  [180_000, '18.0'],
  [90_624, '9.6.24'],
])('libpq %i is %s', (number, expected) => {
  expect(libpqVersion(number)).toBe(expected)
})

it.each([
  ['index.html', ''],
  ['probe/x.html', '../'],
])('from %s to the top is "%s"', (page, expected) => {
  expect(rootOf(page)).toBe(expected)
})

it('gives groups that look the same different anchors', () => {
  expect(groupAnchors(['Core types', 'JSON', 'core-types', 'DDL & more!'])).toEqual([
    'group-core-types',
    'group-json',
    'group-core-types-3',
    'group-ddl-more',
  ])
})

describe('prose', () => {
  it.each([
    ['plain', [['plain', false]]],
    [
      'use `Json()` here',
      [
        ['use ', false],
        ['Json()', true],
        [' here', false],
      ],
    ],
    [
      '`a``b`',
      [
        ['a', true],
        ['b', true],
      ],
    ],
    ['a lone ` backtick', [['a lone ` backtick', false]]],
    [
      '`a` and ` alone',
      [
        ['a', true],
        [' and ` alone', false],
      ],
    ],
    ['  ', []],
  ])('%s', (text, expected) => {
    expect(prose(text).map((piece) => [piece.text, piece.code])).toEqual(expected)
  })

  it('parts paragraphs at empty lines', () => {
    expect(paragraphs('one\nstill one\n\n \ntwo\n')).toEqual([
      [{ text: 'one\nstill one', code: false }],
      [{ text: 'two', code: false }],
    ])
  })
})

describe('code', () => {
  it.each([
    'return await conn.fetchval("select 1")  # comment\n',
    'x = """\n  kept\t\n"""\n\n\nreturn {"π": 1.5}\n',
    'this is ( not Python',
    '\r\nreturn 1',
    '',
  ])('is the same to the letter: %j', (code) => {
    expect(
      pythonTokens(code)
        .map(({ text }) => text)
        .join(''),
    ).toBe(code)
  })

  it('is nothing where there is none', () => {
    expect(pythonTokens('')).toEqual([])
  })

  it('marks what a reader looks for', () => {
    const kinds = pythonTokens('import os\nreturn "a", 1  # why').filter(({ kind }) => kind !== '')
    expect(kinds.map(({ text, kind }) => `${kind} ${text}`)).toEqual([
      'keyword import',
      'keyword return',
      'string "a"',
      'number 1',
      'comment # why',
    ])
  })

  it('takes no name for a keyword', () => {
    const code = 'async def is_one(x):\n  session.exec(f"in {x.match}")\nclass A: print'
    const kinds = pythonTokens(code).filter(({ kind }) => kind !== '')
    expect(kinds.map(({ text, kind }) => `${kind} ${text}`)).toEqual([
      'keyword async',
      'keyword def',
      'name is_one',
      'string f"in ',
      'string "',
      'keyword class',
      'name A',
    ])
  })
})
