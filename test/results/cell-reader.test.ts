import { describe, expect, it } from 'vitest'
import { cellSchema, type Attempt, type Cell } from '../../harness/core/result.js'
import { CellReader, parseJson } from '../../harness/results/cell-reader.js'

const attempt: Attempt = {
  ...{ level: 'native', outcome: 'held', reason: 'as expected', note: null, code: 'return 1' },
  ...{
    file: 'probes/a.yaml',
    line: 3,
    value: { type: 'int', repr: '1' },
    expected: { type: 'int', repr: '1' },
  },
  ...{ figures: {}, error: null, witness: [], output: '', ms: 12.5, cpuMs: 3 },
}
const cell: Cell = {
  ...{ kind: 'cell', server: '17', client: 'psycopg2-2.9.13', probe: 'type-uuid', verdict: 'native' },
  ...{ decided: null, reason: 'as expected', note: null, key: null, absent: [], attempts: [attempt] },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', ms: 20 },
}

function withAttempts(...attempts: Partial<Attempt>[]): string {
  return JSON.stringify({ ...cell, attempts: attempts.map((one) => ({ ...attempt, ...one })) })
}

const line = withAttempts({})
const TIMES = ',"ms":1,"cpuMs":2}],"startedAt":"'

/** Each is read after the ones before, so that its attempts may be known. */
const READ: readonly (readonly [string, string])[] = [
  ['a cell', line],
  ['the same with other times', withAttempts({ ms: 7, cpuMs: 0.25 })],
  ['another cell with the same attempts', line.replace('type-uuid', 'type-xml')],
  ['one without an attempt', withAttempts()],
  ['several attempts', withAttempts({ ms: 1 }, { ms: 2 })],
  ['the same, taken longer', withAttempts({ ms: 3 }, { ms: 4 })],
  ['code that looks like times', withAttempts({ code: TIMES, output: `\\${TIMES}` })],
  ['code that looks like other times', withAttempts({ code: TIMES.replace('1', '3') })],
  ['figures that are called as times are', withAttempts({ figures: { ms: 1, cpuMs: 2 } })],
  ['other such figures', withAttempts({ figures: { ms: 3, cpuMs: 4 } })],
  ['a reason that looks like attempts', JSON.stringify({ ...cell, reason: `,"attempts":[${TIMES}` })],
]

/** Right, or wrong, in a way in which nothing is written here: these are parsed as a whole. */
const LEFT: readonly (readonly [string, string])[] = [
  ['times written otherwise', line.replace('"ms":12.5', '"ms":1.25e1')],
  ['a number that JSON does not have', line.replace('"ms":12.5', '"ms":012.5')],
  ['no times', line.replace(/,"ms":[^}]*\}\]/, '}]')],
  ['attempts twice', line.replace('"ms":20', '"ms":20,"attempts":[]')],
  ['attempts in another place', line.replace('"decided":null', '"decided":{"x":1,"attempts":[]}')],
  ['an unknown key in an attempt', line.replace('"note":null,"code"', '"note":null,"x":1,"code"')],
  ['an unknown key in a value', line.replace('"repr":"1"', '"repr":"1","x":1')],
  ['an unknown key in a cell', line.replace('"absent":', '"x":1,"absent":')],
  ['attempts that are not JSON', line.replace('"value":', '"value"')],
  ['another kind', JSON.stringify({ kind: 'footer', finishedAt: cell.startedAt, cells: 1 })],
]

describe('a line of a cell', () => {
  const reader = new CellReader()

  it.each(READ)('with %s is read as if it was parsed as a whole', (_, text) => {
    expect(reader.read(text)).toEqual(cellSchema.parse(parseJson(text)))
  })

  it.each(LEFT)('with %s is not', (_, text) => {
    expect(text).not.toBe(line)
    expect(reader.read(text)).toBeUndefined()
  })
})

it('parts that are equal are one object, however they were read', () => {
  const reader = new CellReader()
  const [first, second] = [reader.read(line), reader.read(withAttempts({ note: 'another' }))]
  const third = reader.share(cellSchema.parse(parseJson(line)))
  expect(second?.attempts[0]?.value).toBe(first?.attempts[0]?.value)
  expect(third.attempts[0]?.expected).toBe(first?.attempts[0]?.expected)
})
