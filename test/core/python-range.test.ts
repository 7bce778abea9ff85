import { describe, expect, it } from 'vitest'
import {
  comparePythons,
  formatRange,
  inRange,
  lowestVersion,
  parseRange,
} from '../../harness/core/python-range.js'

function range(text: string) {
  const parsed = parseRange(text)
  if (!parsed) throw new Error(`not a range: ${text}`)
  return parsed
}

describe('inRange', () => {
  it.each([
    ['3.8.0', '>=3.8', true],
    ['3.7.17', '>=3.8', false],
    ['3.10.0', '>=3.9', true],
    ['3.9.18', '>=3.8,<3.10', true],
    ['3.10.0', '>=3.8,<3.10', false],
    ['3.10.13', '>=3.8, <3.10', false],
    ['3.12.1', '<=3.12', false],
    ['3.12.0', '<=3.12', true],
    ['3.12.1', '>3.12', true],
    ['3.12.0', '>3.12', false],
    ['3.11.7', '==3.11', false],
    ['3.11.0', '==3.11', true],
    ['3.11.7', '==3.11.*', true],
    ['3.1.1', '==3.11.*', false],
    ['3.11.7', '!=3.11.*', false],
    ['3.12.1', '>=3.8,!=3.11.*', true],
    ['3.11.7', '!=3.11.7', false],
    ['3.13.0', '~=3.8', true],
    ['4.0.0', '~=3.8', false],
    ['3.8.18', '~=3.8.2', true],
    ['3.9.0', '~=3.8.2', false],
    ['3.6.15', '', true],
  ])('%s in "%s": %s', (version, text, expected) => {
    expect(inRange(version, range(text))).toBe(expected)
  })
})

describe('parseRange', () => {
  it.each(['3.8', '=3.8', '>=', '>=3.x', '>=3.8,', '>=3.8.*', '~=3', '>=3.8 <3.10', '>=3.13rc1', '≥3.8'])(
    'refuses "%s"',
    (text) => {
      expect(parseRange(text)).toBeUndefined()
    },
  )
})

describe('lowestVersion', () => {
  it.each([
    ['>=3.8,<3.14', '3.8'],
    ['<3.14,>=3.9,>=3.10', '3.10'],
    ['==3.11.*', '3.11'],
    ['~=3.8.2', '3.8.2'],
    ['<3.14', undefined],
  ])('%s begins at %s', (text, expected) => {
    expect(lowestVersion(range(text))).toBe(expected)
  })
})

describe('formatRange', () => {
  it.each([
    ['<3.14, >= 3.8', '>=3.8,<3.14'],
    ['>=3.11,<3.14,>=3.9,<3.13', '>=3.11,<3.13'],
    ['>=3.9,>=3.10', '>=3.10'],
    ['!=3.9.*,>=3.8,!=3.9.*,~=3.8', '>=3.8,!=3.9.*,~=3.8'],
    ['', ''],
  ])('writes %s as %s', (text, expected) => {
    expect(formatRange(range(text))).toBe(expected)
  })
})

it('sorts by number, not by letter', () => {
  expect(['3.10.1', '3.9.18', '3.9'].toSorted(comparePythons)).toEqual(['3.9', '3.9.18', '3.10.1'])
})
