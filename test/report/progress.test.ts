import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Verdict } from '../../harness/core/verdict.js'
import { plain } from '../../harness/report/colour.js'
import { openProgress, type Detail, type Screen } from '../../harness/report/progress.js'
import { cellLine } from '../../harness/report/tally.js'
import { madeResults } from '../render/made-results.js'
import { cellOf } from './cells.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open(terminal: Partial<Screen>, detail?: Detail) {
  const screen = Object.assign(new PassThrough({ encoding: 'utf8' }), { getColorDepth: () => 1 }, terminal)
  const progress = openProgress(screen, detail)
  const header = { ...madeResults().header, cells: 21 }
  return {
    progress,
    start: () => progress.show({ type: 'started', header }),
    cells: (count: number) => {
      for (let n = 0; n < count; n++) progress.show({ type: 'cell', cell: cellOf('native') })
    },
    /** Since the last time. */
    written: (): string => screen.read() ?? '',
  }
}

describe('a log', () => {
  it('gets a line every ten seconds, and one when it is over', () => {
    const { progress, start, cells, written } = open({})
    progress.show({ type: 'preparing', text: 'starting PostgreSQL 18' })
    start()
    cells(1)
    expect(written()).toBe('· starting PostgreSQL 18\n')
    vi.advanceTimersByTime(9_900)
    expect(written()).toBe('')
    cells(9)
    vi.advanceTimersByTime(100)
    expect(written()).toBe('10 of 21 cells · 47 % · 11 s left · 1.0 per second\n')
    cells(11)
    vi.advanceTimersByTime(1_000)
    progress[Symbol.dispose]()
    expect(written()).toBe('21 of 21 cells in 11 s\n')
  })

  it('hears of what goes on in between, and of nothing after the end', () => {
    const { progress, start, written } = open({})
    start()
    progress.show({ type: 'incident', text: 'PostgreSQL 18 lost its sessions' })
    progress[Symbol.dispose]()
    expect(written()).toBe('! PostgreSQL 18 lost its sessions\n0 of 21 cells in 0 s\n')
    progress[Symbol.dispose]()
    vi.advanceTimersByTime(60_000)
    expect(written()).toBe('')
  })

  it.each<[string, Partial<Screen>]>([
    ['a file', { isTTY: false }],
    ['a terminal that does not know its width', { isTTY: true, columns: 0 }],
  ])('is what %s gets', (_, terminal) => {
    const { start, cells, written } = open(terminal)
    start()
    cells(1)
    vi.advanceTimersByTime(5_000)
    expect(written()).toBe('')
  })

  it('says nothing about cells when it never came to any', () => {
    const { progress, written } = open({})
    progress[Symbol.dispose]()
    expect(written()).toBe('')
  })
})

const ERASE_LINE = '\u001B[2K'

describe('a terminal', () => {
  it.each([80, 40])('of %i columns is redrawn ten times a second at most, and never wraps', (columns) => {
    const { start, cells, written } = open({ isTTY: true, columns })
    start()
    cells(5)
    expect(written()).toBe('')
    vi.advanceTimersByTime(100)
    const [first = '', second = '', third = ''] = written().split('\n')
    expect([first, second, third]).toEqual([
      '5 of 21 cells · 23 %',
      '  native 5',
      '  18 psycopg2-2.9.13 json-jsonb-decode',
    ])
    cells(5)
    cells(5)
    expect(written()).toBe('')
  })

  it('goes on while a cell hangs', () => {
    const { start, cells, written } = open({ isTTY: true, columns: 80 })
    start()
    cells(10)
    vi.advanceTimersByTime(2_000)
    written()
    vi.advanceTimersByTime(3_000)
    expect(written()).toContain('10 of 21 cells · 47 % · 6 s left')
  })

  it('keeps what is said, and nothing of itself at the end', () => {
    const { progress, start, cells, written } = open({ isTTY: true, columns: 80 })
    start()
    cells(10)
    vi.advanceTimersByTime(100)
    written()
    progress.show({ type: 'incident', text: 'PostgreSQL 18 lost its sessions' })
    const said = written()
    expect(said.startsWith(ERASE_LINE)).toBe(true)
    expect(said.endsWith('! PostgreSQL 18 lost its sessions\n')).toBe(true)
    expect(said).not.toContain('cells')
    vi.advanceTimersByTime(100)
    written()
    progress[Symbol.dispose]()
    const end = written()
    expect(end.split(ERASE_LINE).length - 1).toBe(4)
    expect(end).not.toContain('cells')
  })
})

describe('how much is said', () => {
  const SAID = {
    preparing: '· starting PostgreSQL 18\n',
    incident: '! PostgreSQL 18 lost its sessions\n',
    cell: 'native        10 ms  18/psycopg2-2.9.13/json-jsonb-decode\n',
    kept: '· 2 cells are as an earlier run found them\n',
    total: '3 of 21 cells in 0 s\n',
  }

  it.each<[Detail, (keyof typeof SAID)[]]>([
    ['quiet', ['incident']],
    ['usual', ['preparing', 'kept', 'incident', 'total']],
    ['verbose', ['preparing', 'kept', 'cell', 'incident', 'total']],
  ])('%s', (detail, kinds) => {
    const { progress, start, cells, written } = open({}, detail)
    progress.show({ type: 'preparing', text: 'starting PostgreSQL 18' })
    start()
    progress.show({ type: 'kept', counts: { native: 2 } })
    cells(1)
    progress.show({ type: 'incident', text: 'PostgreSQL 18 lost its sessions' })
    progress[Symbol.dispose]()
    expect(written()).toBe(kinds.map((kind) => SAID[kind]).join(''))
  })

  it('on a terminal, cells stay above what is redrawn', () => {
    const { start, cells, written } = open({ isTTY: true, columns: 80 }, 'verbose')
    start()
    cells(1)
    expect(written()).toContain(SAID.cell)
    vi.advanceTimersByTime(100)
    expect(written()).toContain('1 of 21 cells')
  })
})

it.each<[Verdict, number, string]>([
  ['broken', 12.4, 'broken        12 ms  18/psycopg2-2.9.13/json-jsonb-decode'],
  ['unsupported', 999.4, 'unsupported  999 ms  18/psycopg2-2.9.13/json-jsonb-decode'],
  ['timeout', 10_043, 'timeout      10.0 s  18/psycopg2-2.9.13/json-jsonb-decode'],
])('a cell that was %s after %d ms', (verdict, ms, line) => {
  expect(cellLine({ ...cellOf(verdict), ms }, plain)).toBe(line)
})
