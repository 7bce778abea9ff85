/** The tables of https://python-poetry.org/docs/dependency-specification/#version-constraints */
import { expect, it } from 'vitest'
import { poetryRange } from '../../harness/core/poetry-range.js'

it.each([
  ['^1.2.3', '>=1.2.3,<2'],
  ['^1.2', '>=1.2,<2'],
  ['^1', '>=1,<2'],
  ['^0.2.3', '>=0.2.3,<0.3'],
  ['^0.0.3', '>=0.0.3,<0.0.4'],
  ['^0.0', '>=0.0,<0.1'],
  ['^0', '>=0,<1'],
  ['~1.2.3', '>=1.2.3,<1.3'],
  ['~1.2', '>=1.2,<1.3'],
  ['~1', '>=1,<2'],
  ['*', ''],
  ['1.*', '==1.*'],
  ['1.2.*', '==1.2.*'],
  ['>=1.2', '>=1.2'],
  ['>= 1.2, < 1.5', '>=1.2,<1.5'],
  ['>=1.2 <1.5', '>=1.2,<1.5'],
  ['!=1.2.3', '!=1.2.3'],
  ['~=1.2', '~=1.2'],
  ['==1.2.3', '==1.2.3'],
  ['=1.2.3', '==1.2.3'],
  ['1.2.3', '==1.2.3'],
  ['^1.2 || ^2.0', undefined],
  ['^1.2b1', undefined],
  ['latest', undefined],
])('%s is %s', (text, expected) => {
  expect(poetryRange(text)).toBe(expected)
})
