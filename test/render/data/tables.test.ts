import { describe, expect, it } from 'vitest'
import { markdownText } from '../../../harness/core/markdown.js'
import { field } from '../../../harness/render/data/csv.js'
import { ATTACK, hostile } from '../hostile.js'
import { madeResults } from '../made-results.js'
import { withStacks } from '../made-stacks.js'
import { dataFiles, textOf } from './files.js'

const results = withStacks(madeResults({ servers: [17, 18], poolers: ['pgbouncer'], features: 24 }))

describe('matrix.csv', () => {
  it('has every cell, read back', () => {
    const [head, ...rows] = parseCsv(textOf(dataFiles(results), 'api/v1/matrix.csv'))
    expect(head).toEqual(['server', 'client', 'family', 'probe', 'verdict'])
    const family = new Map(results.header.clients.map(({ id, family }) => [id, family]))
    expect(rows.toSorted()).toEqual(
      results.cells
        .map(({ server, client, probe, verdict }) => [
          ...[server, client, family.get(client) ?? '', probe, verdict],
        ])
        .toSorted(),
    )
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['a=b', 'a=b'],
    ['a,"b"\nc', '"a,""b""\nc"'],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ])('a field %j is %j', (text, expected) => {
    expect(field(text)).toBe(expected)
  })
})

describe('Markdown tables', () => {
  it.each(['17', '18', '18+pgbouncer'])(
    'of PostgreSQL %s has the verdicts of the newest releases',
    (server) => {
      const rows = parseTable(textOf(dataFiles(results), `api/v1/table/${server}.md`))
      const [head = [], , ...body] = rows
      expect(head.slice(0, 2)).toEqual(['Feature', 'psycopg2 2.9.13'])
      expect(body.length).toBe(24)
      const verdicts = body.flatMap((row) => row.slice(1))
      const clients = results.header.clients.filter(({ stack }) => stack === null)
      const expected = results.cells.filter(
        (cell) => cell.server === server && clients.some(({ id }) => id === cell.client),
      )
      expect(verdicts.toSorted()).toEqual(expected.map(({ verdict }) => verdict).toSorted())
      const column = head.indexOf('SQLAlchemy 2.1.9 on asyncpg 0.32.0')
      const row = body.find(([title]) => title === 'jsonb becomes a Python object')
      expect(row?.[column]).toBe(
        expected.find(
          ({ client, probe }) =>
            client === 'sqlalchemy-2.1.9+asyncpg-0.32.0' && probe === 'json-jsonb-decode',
        )?.verdict,
      )
    },
  )

  it('keep their form whatever a name is', () => {
    const text = textOf(dataFiles(hostile(results)), 'api/v1/table/18.md')
    const rows = parseTable(text)
    expect(new Set(rows.map((row) => row.length)).size).toBe(1)
    expect(rows[2]?.[0]).toBe(markdownText(ATTACK))
    expect(text.replaceAll(/\\./g, '')).not.toMatch(/[<>]/)
  })

  it('say so where the run is not whole', () => {
    const { header } = results
    const some = { ...results, header: { ...header, selector: '18/psycopg*' } }
    expect(textOf(dataFiles(some), 'api/v1/table/18.md')).toContain(
      String.raw`**This run covers a selection of the matrix only: 18/psycopg\***`,
    )
  })

  it.each([
    ['a | b', String.raw`a \| b`],
    ['[x](javascript:y)', String.raw`\[x\](javascript:y)`],
    ['two\nlines', 'two lines'],
    ['`code` & <b>', '\\`code\\` \\& \\<b\\>'],
  ])('%j is written %j', (text, expected) => {
    expect(markdownText(text)).toBe(expected)
  })
})

/** As RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  for (const line of text.split('\r\n').slice(0, -1))
    rows.push(
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    )
  return rows
}

function parseTable(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((field) => field.trim()),
    )
}
