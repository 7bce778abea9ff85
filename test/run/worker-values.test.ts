/** The encoding of values: what is equal there is equal to the harness. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SeenValue } from '../../harness/core/protocol.js'
import type { Worker } from '../../harness/core/runtime.js'
import { startWorker } from '../../harness/run/worker.js'
import { FIXTURES, fakeClient, newestPython, recipe } from './fake-client.js'

let worker: Worker
beforeAll(async () => {
  worker = await startWorker(fakeClient(await newestPython()), { fixtures: FIXTURES })
})
afterAll(() => worker[Symbol.asyncDispose]())

const one = { type: 'int', repr: '1' }
const two = { type: 'int', repr: '2' }

describe('a value', () => {
  it.each<[python: string, seen: SeenValue]>([
    ['None', { type: 'NoneType', repr: 'None' }],
    ['True', { type: 'bool', repr: 'True' }],
    ['1', one],
    ['10**30', { type: 'int', repr: '1000000000000000000000000000000' }],
    ['1.0', { type: 'float', repr: '1.0' }],
    ['math.nan', { type: 'float', repr: 'nan' }],
    ['-math.inf', { type: 'float', repr: '-inf' }],
    ['-0.0', { type: 'float', repr: '-0.0' }],
    ['Decimal("1.10")', { type: 'decimal.Decimal', repr: '1.10' }],
    ['Decimal("NaN")', { type: 'decimal.Decimal', repr: 'NaN' }],
    ['"a\\n\'π"', { type: 'str', repr: `"a\\n'π"` }],
    ['"\\ud800"', { type: 'str', repr: "'\\ud800'" }],
    ['b"\\x00a"', { type: 'bytes', repr: "b'\\x00a'" }],
    ['bytearray(b"a")', { type: 'bytearray', repr: "b'a'" }],
    ['memoryview(b"a")', { type: 'memoryview', repr: "b'a'" }],
    ['date(2024, 2, 29)', { type: 'datetime.date', repr: '2024-02-29' }],
    ['time(1, 2, 3, 4)', { type: 'datetime.time', repr: '01:02:03.000004' }],
    ['datetime(2024, 1, 1)', { type: 'datetime.datetime', repr: '2024-01-01T00:00:00' }],
    [
      'datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=2)))',
      { type: 'datetime.datetime', repr: '2023-12-31T22:00:00+00:00' },
    ],
    [
      'datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))',
      { type: 'datetime.datetime', repr: '0001-01-01T00:00:00+02:00' },
    ],
    ['timedelta(days=-1, seconds=1)', { type: 'datetime.timedelta', repr: '-1 day, 0:00:01' }],
    ['UUID(int=1)', { type: 'uuid.UUID', repr: '00000000-0000-0000-0000-000000000001' }],
    ['ipaddress.ip_address("::1")', { type: 'ipaddress.IPv6Address', repr: '::1' }],
    ['[1, 2]', { type: 'list', items: [one, two] }],
    ['(1, 2)', { type: 'tuple', items: [one, two] }],
    ['[]', { type: 'list', items: [] }],
    ['{2, 1}', { type: 'set', items: [one, two] }],
    [
      '{"b": 1, "a": 2}',
      {
        type: 'dict',
        items: [
          [{ type: 'str', repr: "'a'" }, two],
          [{ type: 'str', repr: "'b'" }, one],
        ],
      },
    ],
    ['range(3)', { type: 'range', repr: 'range(0, 3)' }],
  ])('%s', async (python, seen) => {
    const value = { python }
    const answer = await worker.ask(recipe('return value', { value, expect: value }))
    expect(answer).toMatchObject({ outcome: 'returned', value: seen, expected: seen })
  })
})

// An instance of a subclass is an instance of the standard class that it extends; an Enum is more than its value.
describe('a value of a class of its own', () => {
  it.each([
    ['str', 'class A(str):\n    pass\nreturn A("x")', { type: 'str', repr: "'x'" }],
    ['list', 'class A(list):\n    pass\nreturn A([1])', { type: 'list', items: [one] }],
    [
      'enum',
      'import enum\nclass A(str, enum.Enum):\n    x = "y"\nreturn A.x',
      { type: 'recipe.recipe.<locals>.A', repr: "<A.x: 'y'>" },
    ],
    ['uuid', 'import uuid\nclass A(uuid.UUID):\n    pass\nreturn A(int=1)', { type: 'uuid.UUID' }],
    [
      'namedtuple',
      'from collections import namedtuple\nreturn namedtuple("P", "a")(1)',
      { type: 'tuple', items: [one] },
    ],
    [
      'without a repr of its own',
      'class A:\n    pass\nreturn A()',
      { type: 'recipe.recipe.<locals>.A', repr: '<recipe.recipe.<locals>.A object at 0x…>' },
    ],
    [
      'with a repr that fails',
      'class A:\n    def __repr__(self):\n        return 1 / 0\nreturn A()',
      { type: 'recipe.recipe.<locals>.A', repr: '<cannot be read: ZeroDivisionError>' },
    ],
  ])('based on %s', async (_, code, seen) => {
    expect(await worker.ask(recipe(code))).toMatchObject({ outcome: 'returned', value: seen })
  })
})

describe('too much', () => {
  it.each([
    [
      'text',
      'return "ab" * 500',
      { type: 'str', repr: expect.stringMatching(/^'(ab){100}'… \(1000 characters, sha256 \w{64}\)$/) },
    ],
    [
      'bytes',
      'return b"a" * 10**6',
      { type: 'bytes', repr: expect.stringMatching(/… \(1000000 bytes, sha256 \w{64}\)$/) },
    ],
    [
      'digits',
      'return 10**5000',
      { type: 'int', repr: expect.stringMatching(/^<int of 16610 bits, sha256 \w{64}>$/) },
    ],
    [
      'items',
      'return list(range(1000))',
      { type: 'list', repr: expect.stringMatching(/^1000 items, sha256 \w{64}$/) },
    ],
    ['endless', 'a = []\na.append(a)\nreturn a', { type: 'list' }],
    ['deep', 'a = []\nfor _ in range(900):\n    a = [a]\nreturn a', { type: 'list' }],
    ['wide and deep', 'a = [1]\nfor _ in range(4):\n    a = [a] * 100\nreturn a', { type: 'list' }],
  ])('%s is cut', async (_, code, seen) => {
    const answer = await worker.ask(recipe(code, { deadline: 30 }))
    expect(answer).toMatchObject({ outcome: 'returned', value: seen })
    expect(JSON.stringify(answer).length).toBeLessThan(1_000_000)
  })

  it('two long lists that differ at their end are not the same', async () => {
    const seen = async (end: number) =>
      worker
        .ask(recipe(`return list(range(1000)) + [${end}]`))
        .then((answer) => 'value' in answer && answer.value)
    expect(await seen(1)).toEqual(await seen(1))
    expect(await seen(1)).not.toEqual(await seen(2))
  })
})

describe("Python's own ==", () => {
  it.each([
    ['1', 'True', true],
    ['1', '1.0', true],
    ['1', '"1"', false],
    ['math.nan', 'math.nan', false],
    ['Decimal("1.1")', 'Decimal("1.10")', true],
  ])('%s and %s: %s', async (value, expected, equal) => {
    const request = recipe('return value', { value: { python: value }, expect: { python: expected } })
    expect(await worker.ask(request)).toMatchObject({ equal })
  })

  it('is no when it raises', async () => {
    const code = 'class A:\n    def __eq__(self, other):\n        return 1 / 0\nreturn A()'
    expect(await worker.ask(recipe(code))).toMatchObject({ outcome: 'returned', equal: false })
  })
})
