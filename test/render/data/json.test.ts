import path from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { POOLERS } from '../../../harness/core/matrix.js'
import type { Results } from '../../../harness/core/result.js'
import { featurePages, otherPages } from '../../../harness/render/pages.js'
import { UNPUBLISHED } from '../../../harness/render/site.js'
import { viewResults } from '../../../harness/render/models/view.js'
import { ATTACK, hostile } from '../hostile.js'
import { madeResults } from '../made-results.js'
import { FLASK, WEB_PROBE, withStacks } from '../made-stacks.js'
import { dataFiles, textOf } from './files.js'

const whole = withStacks(
  madeResults({ servers: [16, 17, 18], poolers: POOLERS, features: 24, everyRelease: true }),
)
const cut: Results = { ...whole, complete: false, cells: whole.cells.slice(0, 700) }

describe.each<[string, Results]>([
  ['whole results', whole],
  ['interrupted results', cut],
  ['hostile results', hostile(whole)],
])('the JSON files of %s', (_, results) => {
  const view = viewResults(results)
  const files = dataFiles(results)
  const json = [...files.keys()].filter((name) => name.endsWith('.json') && !name.includes('/schema/'))

  it('are one for each feature, client and server, and three more', () => {
    const { probes, clients, servers } = results.header
    expect(json.toSorted()).toEqual(
      [
        ...['api/v1/changes.json', 'api/v1/index.json', 'api/v1/matrix.json'],
        ...probes.map(({ id }) => `api/v1/probe/${id}.json`),
        ...clients.map(({ id }) => `api/v1/client/${id}.json`),
        ...servers.map(({ id }) => `api/v1/server/${id}.json`),
      ].toSorted(),
    )
  })

  it('hold what the schemas beside them say', () => {
    // Formats are words to this validator; `url` and dates were checked when the results were read.
    const ajv = new Ajv({ allErrors: true, strict: true, validateFormats: false })
    for (const name of json) {
      const content = parsed(files, name)
      const schema = path.posix.join(path.posix.dirname(name), String(content.$schema))
      const validate = ajv.getSchema(schema) ?? ajv.compile({ $id: schema, ...parsed(files, schema) })
      expect([name, validate(content), validate.errors]).toEqual([name, true, null])
      expect(validate({ ...content, more: 1 })).toBe(false)
    }
  })

  it('lead to files and pages that are there, and to the place of the evidence', () => {
    const there = new Set([...files.keys(), 'data/results.jsonl.gz'])
    for (const { model } of [...featurePages(view), ...otherPages(view, UNPUBLISHED)])
      there.add(model.frame.page)
    for (const name of json) {
      const links = linksIn(parsed(files, name))
      expect(links.length).toBeGreaterThan(0)
      for (const link of links) {
        const target = path.posix.join(path.posix.dirname(name), link.split('#')[0] ?? '')
        expect(there.has(target), `${name} leads to ${link}`).toBe(true)
      }
    }
  })

  it('have every cell, in each of the files that it belongs to', () => {
    const matrix = parsed(files, 'api/v1/matrix.json')
    const all = decoded(matrix)
    expect(all).toEqual(new Set(results.cells.map(wordsOf)))
    const byProbe = results.header.probes.flatMap(({ id: probe }) =>
      list(parsed(files, `api/v1/probe/${probe}.json`).cells).map((cell) => wordsOf({ probe, ...cell })),
    )
    expect(new Set(byProbe)).toEqual(all)
    expect(byProbe.length).toBe(all.size)
    const byClient = results.header.clients.flatMap(({ id: client }) =>
      list(parsed(files, `api/v1/client/${client}.json`).cells).map((cell) => wordsOf({ client, ...cell })),
    )
    expect(new Set(byClient)).toEqual(all)
    const byServer = results.header.servers.flatMap(({ id: server }) =>
      Object.entries(record(parsed(files, `api/v1/server/${server}.json`).verdicts)).flatMap(
        ([client, row]) =>
          Object.entries(record(row)).map(([probe, verdict]) => wordsOf({ server, client, probe, verdict })),
      ),
    )
    expect(new Set(byServer)).toEqual(all)
  })

  it('say of which run they are', () => {
    for (const name of json.filter((one) => !one.endsWith('/changes.json')))
      expect(parsed(files, name).run).toMatchObject({
        startedAt: results.header.startedAt,
        complete: results.complete,
        selector: results.header.selector,
        cells: results.cells.length,
      })
  })
})

it('count as the pages do', () => {
  const { servers } = parsed(dataFiles(whole), 'api/v1/client/psycopg2-2.9.13.json')
  const cells = whole.cells.filter(({ client, server }) => client === 'psycopg2-2.9.13' && server === '17')
  const decided = cells.filter(({ verdict }) => !['server', 'timeout'].includes(verdict))
  expect(list(servers).find(({ id }) => id === '17')).toMatchObject({
    native: cells.filter(({ verdict }) => verdict === 'native').length,
    decided: decided.length,
    cells: 24,
  })
})

it('tell stacks from clients', () => {
  const files = dataFiles(whole)
  expect(parsed(files, `api/v1/client/${FLASK}.json`).client).toMatchObject({ id: FLASK, kind: 'stack' })
  expect(parsed(files, `api/v1/probe/${WEB_PROBE}.json`).probe).toMatchObject({ asks: 'stacks' })
})

it('a link that nobody should follow is none, and words stay words', () => {
  const files = dataFiles(hostile(whole))
  expect([...files.values()].join('')).not.toContain('javascript:')
  expect(parsed(files, 'api/v1/probe/type-uuid.json').probe).toMatchObject({ title: ATTACK, docs: null })
})

type Json = Readonly<Record<string, unknown>>

function parsed(files: ReadonlyMap<string, string>, name: string): Json {
  return record(JSON.parse(textOf(files, name)))
}

function record(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new Error('not an object')
  return { ...value }
}

function list(value: unknown): Json[] {
  if (!Array.isArray(value)) throw new Error('not a list')
  return value.map(record)
}

function wordsOf(cell: { server?: unknown; client?: unknown; probe?: unknown; verdict?: unknown }): string {
  return [cell.server, cell.client, cell.probe, cell.verdict].join(' ')
}

/** The cells behind the letters. */
function decoded({ cells, codes, probes }: Json): Set<string> {
  const [ids, letters] = [list(probes).map(({ id }) => id), record(codes)]
  return new Set(
    Object.entries(record(cells)).flatMap(([server, rows]) =>
      Object.entries(record(rows)).flatMap(([client, row]) =>
        String(row)
          .split('')
          .flatMap((letter, index) =>
            letter === '.' ? [] : [wordsOf({ server, client, probe: ids[index], verdict: letters[letter] })],
          ),
      ),
    ),
  )
}

/** Everything that is meant to be followed. */
function linksIn(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => linksIn(one, key))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, one]) => linksIn(one, name))
  const followed = ['$schema', 'data', 'page', 'matrix', 'changes', 'results'].includes(key)
  const evidence = key === 'evidence' && !String(value).includes('{')
  return typeof value === 'string' && (followed || evidence) ? [value] : []
}
