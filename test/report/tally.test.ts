import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../harness/core/verdict.js'
import { describeCounts, duration, Tally } from '../../harness/report/tally.js'
import { cellOf } from './cells.js'

const START = 1_000_000

/** After `done` cells of 1,200, all native but the last ones. */
function tally(done: number, last: readonly Verdict[] = []): Tally {
  const made = new Tally()
  made.start(1200, START)
  for (let n = 0; n < done - last.length; n++) made.add(cellOf('native'))
  for (const verdict of last) made.add(cellOf(verdict))
  return made
}

describe('Tally.line', () => {
  it.each<[string, number, number, number, string]>([
    ['nothing yet', 0, 0, 80, '0 of 1,200 cells · 0 %'],
    ['no pace from one second alone', 3, 0.9, 80, '3 of 1,200 cells · 0 %'],
    ['a fast run', 600, 10, 80, '600 of 1,200 cells · 50 % · 10 s left · 60 per second'],
    ['a slow one', 600, 400, 80, '600 of 1,200 cells · 50 % · 6 min 40 s left · 1.5 per second'],
    ['all but one is not 100 %', 1199, 10, 80, '1,199 of 1,200 cells · 99 % · 0 s left · 120 per second'],
    ['what matters most where there is little room', 600, 10, 40, '600 of 1,200 cells · 50 % · 10 s left'],
    ['less room', 600, 10, 30, '600 of 1,200 cells · 50 %'],
    ['next to none', 600, 10, 10, '600 of 1,…'],
  ])('%s', (_, done, seconds, columns, line) => {
    expect(tally(done).line(START + seconds * 1000, columns)).toBe(line)
  })
})

describe('Tally.lines', () => {
  it.each<[number, string[]]>([
    [79, ['  native 597 · raw 1 · broken 1 · timeout 1', '  18 psycopg2-2.9.13 json-jsonb-decode']],
    [39, ['  native 597 · raw 1 · broken 1', '  18 psycopg2-2.9.13 json-jsonb-decode']],
    [29, ['  native 597 · raw 1', '  18 psycopg2-2.9.13 json-js…']],
  ])('fit %i columns without half a number', (columns, below) => {
    const lines = tally(600, ['raw', 'broken', 'timeout']).lines(START + 10_000, columns)
    expect(lines.slice(1)).toEqual(below)
    expect(lines.every((line) => line.length <= columns)).toBe(true)
  })
})

it.each<[number, number, string]>([
  [1200, 20, '1,200 of 1,200 cells in 20 s'],
  [7, 61, '7 of 1,200 cells in 1 min 01 s'],
])('Tally.total after %i cells', (done, seconds, text) => {
  expect(tally(done).total(START + seconds * 1000)).toBe(text)
})

it.each<[number, string]>([
  [0.2, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [3725, '62 min 05 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

it('counts stand in the order of the verdicts, not of their coming', () => {
  expect(describeCounts({ broken: 1, native: 12_345 })).toBe('native 12,345 · broken 1')
})
