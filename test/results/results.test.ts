import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../harness/core/events.js'
import { streamedLines } from '../../harness/results/line.js'
import { listResults, readResults } from '../../harness/results/read.js'
import { ResultsFile } from '../../harness/results/write.js'

const client = {
  ...{
    id: 'psycopg2-2.9.13',
    family: 'psycopg2',
    version: '2.9.13',
    driver: null,
    python: '3.12.1',
    libpq: null,
    build: null,
  },
  packages: {},
  stack: null,
  built: {},
}
const events: RunEvent[] = [
  {
    type: 'started',
    header: {
      ...{
        kind: 'header',
        format: 1,
        tool: '0.1.0',
        startedAt: '2026-01-01T00:00:00.000Z',
        runtime: 'embedded',
      },
      ...{
        selector: null,
        shard: null,
        cells: 1,
        groups: [],
        servers: [],
        families: [],
        clients: [client],
        probes: [],
      },
    },
  },
  { type: 'preparing', text: 'is not written' },
  { type: 'client', client: { ...client, libpq: 170005 } },
  {
    type: 'cell',
    cell: {
      ...{
        kind: 'cell',
        server: '17',
        client: 'psycopg2-2.9.13',
        probe: 'type-uuid',
        verdict: 'server',
        decided: null,
        reason: 'no',
      },
      ...{ note: null, key: null, absent: [], attempts: [], startedAt: '2026-01-01T00:00:00.000Z', ms: 1 },
    },
  },
  { type: 'finished', footer: { kind: 'footer', finishedAt: '2026-01-01T00:00:00.000Z', cells: 1 } },
]

let file: string
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-test-')), 'results', 'a.jsonl')
})

function write(upTo = events.length): string {
  using results = new ResultsFile(file)
  events.slice(0, upTo).forEach(results.record)
  return readFileSync(file, 'utf8')
}

/** As a tool wrote it that knew no check sums. */
function unmarked(text: string): string {
  return text.replaceAll(/,"sum":"[0-9a-f]+"(?=\}$)/gm, '')
}

describe('a results file', () => {
  it('is read as it was written, with the facts of the client lines', async () => {
    write()
    const { header, cells, complete } = await readResults(file)
    expect(complete).toBe(true)
    expect(cells).toHaveLength(1)
    expect(header.clients[0]?.libpq).toBe(170005)
    expect(await listResults(path.dirname(file))).toEqual([file])
  })

  it('is read compressed as well, as a site offers it; a damaged one is refused', async () => {
    const packed = gzipSync(write())
    writeFileSync(`${file}.gz`, packed)
    expect(await readResults(`${file}.gz`)).toEqual(await readResults(file))
    for (const damaged of [packed.subarray(0, packed.length - 20), Buffer.from('no results')]) {
      writeFileSync(`${file}.gz`, damaged)
      await expect(readResults(`${file}.gz`)).rejects.toThrow(
        /\.gz: it cannot be decompressed \(.+\); use another file/,
      )
    }
  })

  it('of an older tool has null where that said nothing', async () => {
    const family = { id: 'psycopg2', title: 'psycopg2', kind: 'driver', about: '', docs: '', source: '' }
    const probe = {
      id: 'type-uuid',
      title: 'uuid',
      group: 'Types',
      tier: 1,
      since: 'any',
      docs: '',
      about: '',
      control: '',
    }
    const text = unmarked(write())
    const old = `"families":[${JSON.stringify(family)}]`
    const probes = `"probes":[${JSON.stringify(probe)}]`
    writeFileSync(file, text.replace('"families":[]', old).replace('"probes":[]', probes))
    const { header } = await readResults(file)
    expect(header.families).toEqual([
      {
        ...family,
        formerly: [],
        package: null,
        paradigm: null,
        licence: null,
        maintenance: null,
        documented: null,
      },
    ])
    expect(header.probes).toEqual([{ ...probe, formerly: [], given: null, conversation: null }])
  })

  it('whose lines end as on Windows is read as well', async () => {
    write()
    const { cells } = await readResults(file)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'))
    expect(await readResults(file)).toMatchObject({ cells, complete: true })
  })

  it('without a footer is incomplete', async () => {
    write(4)
    expect((await readResults(file)).complete).toBe(false)
  })

  it('with a torn last line keeps the whole ones and is incomplete', async () => {
    const text = write()
    writeFileSync(file, text.slice(0, text.lastIndexOf('{"kind":"footer"') + 20))
    expect(await readResults(file)).toMatchObject({ complete: false, cells: [{ probe: 'type-uuid' }] })
  })

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'a damaged line',
      (text) => text.replace('"kind":"client"', '"kind":"client'),
      /a\.jsonl:2: not what was written/,
    ],
    [
      'an unknown key',
      (text) => text.replace('"kind":"client"', '"kind":"client","x":1'),
      /a\.jsonl:2: .*Unrecognized key: "x"/s,
    ],
    [
      'an id that leaves its folder',
      (text) => text.replaceAll('type-uuid', '../etc'),
      /a\.jsonl:3: .*not an id/s,
    ],
    ['an unknown verdict', (text) => text.replace('"server","decided"', '"fine","decided"'), /a\.jsonl:3/],
    ['another format', (text) => text.replace('"format":1', '"format":2'), /a\.jsonl:1/],
    ['a cell twice', (text) => text.replace(/(\{"kind":"cell".*\n)/, '$1$1'), /stands there twice/],
    ['no header', (text) => text.split('\n').slice(1).join('\n'), /no header/],
  ])('%s is refused with its place', async (_, damage, message) => {
    writeFileSync(file, damage(unmarked(write())))
    await expect(readResults(file)).rejects.toThrow(message)
  })

  it('in which one character was changed is refused with the line', async () => {
    writeFileSync(file, write().replace('"reason":"no"', '"reason":"so"'))
    await expect(readResults(file)).rejects.toThrow(/a\.jsonl:3: not what was written/)
  })

  it('is never written over', () => {
    write()
    expect(() => write()).toThrow(/cannot write the results/)
  })
})

it.each([1, 2, 3, 7, 1000])('lines come out of chunks of %i bytes', async (size) => {
  const bytes = Buffer.from('π\n\na long line\r\nthe last')
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
  }
  const lines: string[] = []
  for await (const some of streamedLines(chunks())) lines.push(...some.map(String))
  expect(lines).toEqual(['π', '', 'a long line', 'the last'])
})
