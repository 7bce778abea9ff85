/** Parts of a run become one file: the same bytes whatever the split, the order, the repetitions and the overlaps. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../bench/seeded.js'
import type { Cell, Header, ShardFacts } from '../../harness/core/result.js'
import { lineText } from '../../harness/results/line.js'
import { mergeFiles } from '../../harness/results/merge.js'
import { readResults } from '../../harness/results/read.js'
import { madeResults } from '../render/made-results.js'

const whole = madeResults({ servers: [17, 18], features: 4 })
const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)
const SHARD: Omit<ShardFacts, 'index' | 'of'> = {
  cells: whole.cells.length,
  plan: '0123456789abcdef',
  order: {
    groups: whole.header.groups,
    servers: ids(whole.header.servers),
    families: ids(whole.header.families),
    clients: ids(whole.header.clients),
    probes: ids(whole.header.probes),
  },
}

interface Made {
  readonly index: number
  readonly of: number
  readonly cells: readonly Cell[]
  readonly header?: Partial<Header>
  readonly shard?: Partial<ShardFacts>
  readonly cut?: boolean
}

function textOf({ index, of, cells, header = {}, shard = {}, cut = false }: Made): string {
  const has = (key: 'client' | 'server' | 'probe') => {
    const there = new Set(cells.map((cell) => cell[key]))
    return ({ id }: { id: string }) => there.has(id)
  }
  const { clients, servers, probes } = whole.header
  const own: Header = {
    ...whole.header,
    clients: clients.filter(has('client')),
    servers: servers.filter(has('server')),
    probes: probes.filter(has('probe')),
    cells: cells.length,
    shard: { ...SHARD, index, of, ...shard },
    ...header,
  }
  const footer = { kind: 'footer', finishedAt: '2026-11-01T00:00:00.000Z', cells: cells.length } as const
  return [own, ...cells, ...(cut ? [] : [footer])].map(lineText).join('')
}

function written(parts: readonly Made[]): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-parts-'))
  return parts.map((part, index) => {
    const file = path.join(folder, `${index}.jsonl`)
    writeFileSync(file, textOf(part))
    return file
  })
}

const merged = (files: readonly string[]) =>
  mergeFiles(files, mkdtempSync(path.join(tmpdir(), 'pgmatrix-merged-'))).path
const messageOf = (files: readonly string[]) => {
  try {
    return merged(files)
  } catch (error) {
    return String(error)
  }
}

const once = readFileSync(merged(written([{ index: 1, of: 1, cells: whole.cells }])))

function shuffled<T>(all: readonly T[], next: () => number): T[] {
  return all
    .map((one) => ({ one, key: next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ one }) => one)
}

/** Each cell in one part at least, some in several; some parts twice, and in any order. */
function split(seed: number): string[] {
  const next = seeded(seed)
  const of = 1 + Math.floor(next() * 6)
  const parts = Array.from({ length: of }, (_, n) => ({ index: n + 1, of, cells: new Array<Cell>() }))
  for (const cell of shuffled(whole.cells, next)) {
    parts[Math.floor(next() * of)]?.cells.push(cell)
    if (next() < 0.2) parts[Math.floor(next() * of)]?.cells.push(cell)
  }
  const distinct = parts.map((part) => ({ ...part, cells: [...new Set(part.cells)] }))
  const files = written([...distinct, ...distinct.filter(() => next() < 0.3)])
  return shuffled([...files, ...files.filter(() => next() < 0.3)], next)
}

describe('the parts of a run', () => {
  it('make the whole', async () => {
    const { header, cells, complete } = await readResults(
      merged(written([{ index: 1, of: 1, cells: whole.cells }])),
    )
    expect({ complete, cells: cells.length, shard: header.shard }).toEqual({
      ...{ complete: true, cells: whole.cells.length, shard: null },
    })
    expect(header.clients).toEqual(whole.header.clients)
    expect(new Set(cells)).toEqual(new Set(whole.cells))
  })

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'in any split, order, repetition and overlap: seed %i',
    (seed) => {
      expect(readFileSync(merged(split(seed))).equals(once)).toBe(true)
    },
  )

  const [first, second] = [whole.cells.slice(0, 10), whole.cells.slice(10)]
  const otherwise = first.slice(0, 1).map((cell): Cell => ({ ...cell, verdict: 'broken' }))
  it.each<[string, Made[], string]>([
    [
      'is missing',
      [{ index: 1, of: 2, cells: first }],
      `${second.length} of ${whole.cells.length} cells are missing: there is no file of shard 2/2`,
    ],
    [
      'was cut off',
      [
        { index: 1, of: 2, cells: first },
        { index: 2, of: 2, cells: second.slice(1), cut: true },
      ],
      '1.jsonl was cut off',
    ],
    [
      'is of another matrix',
      [
        { index: 1, of: 2, cells: first },
        { index: 2, of: 2, cells: second, shard: { plan: 'fedcba9876543210' } },
      ],
      '1.jsonl is a part of another matrix, or of another state of it',
    ],
    [
      'ran elsewhere',
      [
        { index: 1, of: 2, cells: first },
        { index: 2, of: 2, cells: second, header: { runtime: 'docker' } },
      ],
      'has another runtime (docker)',
    ],
    [
      'is of another selection',
      [
        { index: 1, of: 2, cells: first },
        { index: 2, of: 2, cells: second, header: { selector: '18' } },
      ],
      'has another selector (18)',
    ],
    ['is none', [{ index: 1, of: 1, cells: whole.cells, header: { shard: null } }], 'is no part of a run'],
    [
      'disagrees',
      [
        { index: 1, of: 2, cells: first },
        { index: 2, of: 2, cells: [...second, ...otherwise] },
      ],
      'Run it again, in one of them',
    ],
  ])('of which one %s are refused by name', (_, parts, message) => {
    expect(messageOf(written(parts))).toContain(message)
  })

  it('of which one is damaged are refused with the line; a torn last line is a part that was cut off', () => {
    const files = written([
      { index: 1, of: 2, cells: first },
      { index: 2, of: 2, cells: second },
    ])
    const [, file = ''] = files
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"reason":"', '"reason":"x'))
    expect(messageOf(files)).toMatch(/1\.jsonl:2: not what was written/)
    writeFileSync(file, text.slice(0, text.lastIndexOf('{') - 40))
    expect(messageOf(files)).toMatch(/1 of \d+ cells are missing: \S+1\.jsonl was cut off/)
  })
})
