import { describe, expect, it } from 'vitest'
import { compareValues, describeValue } from '../../harness/core/compare.js'
import type { SeenValue } from '../../harness/core/protocol.js'

const scalar = (type: string, repr: string): SeenValue => ({ type, repr })
const list = (...items: SeenValue[]): SeenValue => ({ type: 'list', items })
const one = scalar('int', '1')
const none: SeenValue = { type: 'NoneType', repr: 'None' }

describe('compareValues', () => {
  it.each<[string, SeenValue, SeenValue, boolean, string]>([
    ['the same', one, one, true, 'same'],
    ['another number', scalar('int', '2'), one, false, 'other-value'],
    [
      'a lost scale',
      scalar('decimal.Decimal', '1.1'),
      scalar('decimal.Decimal', '1.10'),
      true,
      'other-value',
    ],
    [
      'text that nobody decoded',
      scalar('str', `'{"a": 1}'`),
      { type: 'dict', items: [[scalar('str', 'a'), one]] },
      false,
      'other-type',
    ],
    [
      'a memoryview for bytes',
      scalar('memoryview', "b'\\x00'"),
      scalar('bytes', "b'\\x00'"),
      true,
      'other-type',
    ],
    ['a float for an int', scalar('float', '1.0'), one, true, 'other-type'],
    ['a wrong text', scalar('str', "'b'"), scalar('str', "'a'"), false, 'other-value'],
    [
      'a number for its text',
      scalar('decimal.Decimal', '1.10'),
      scalar('str', "'1.10'"),
      false,
      'other-type',
    ],
    ['None for a value', none, one, false, 'other-value'],
    ['a value for None', one, none, false, 'other-value'],
    [
      'a class of a library',
      scalar('psycopg2._range.NumericRange', 'NumericRange(1, 5)'),
      list(one),
      false,
      'other-type',
    ],
    ['a tuple for a list', { type: 'tuple', items: [one] }, list(one), false, 'other-type'],
    ['a list that is too short', list(), list(one), false, 'other-value'],
    ['undecoded items', list(scalar('str', '1')), list(one), false, 'other-type'],
    ['one wrong item', list(one, scalar('int', '3')), list(one, one), false, 'other-value'],
  ])('%s', (_, seen, expected, equal, comparison) => {
    expect(compareValues(seen, expected, equal)).toBe(comparison)
  })
})

describe('describeValue', () => {
  const dict = (...items: [SeenValue, SeenValue][]): SeenValue => ({ type: 'dict', items })

  it.each([
    [list(one, scalar('decimal.Decimal', '1.10'), none), 'list [int 1, Decimal 1.10, None]'],
    [dict([scalar('str', "'a'"), list(one)], [one, dict()]), "dict {str 'a': list [int 1], int 1: dict {}}"],
    [none, 'None'],
    [list(), 'list []'],
  ])('gives one line for people: %#', (value, words) => {
    expect(describeValue(value)).toBe(words)
  })
})
