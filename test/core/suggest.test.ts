import { expect, it } from 'vitest'
import { didYouMean, suggest } from '../../harness/core/suggest.js'

const keys = ['id', 'since', 'setup', 'control', 'value-python', 'recipes']

it.each([
  ['sinse', 'since'],
  ['contorl', 'control'],
  ['value_python', 'value-python'],
  ['recipe', 'recipes'],
  ['ID', undefined],
  ['if', 'id'],
  ['colour', undefined],
  ['', undefined],
])('%s: %s', (word, expected) => {
  expect(suggest(word, keys)).toBe(expected)
})

it.each([
  ['sinse', keys, 'did you mean "since"?'],
  ['colour', ['a', 'b'], 'one of a, b'],
  ['colour', Array.from({ length: 13 }, (_, index) => `key${index}`), undefined],
  ['colour', [], undefined],
])('a hint for %s among %j', (word, candidates, expected) => {
  expect(didYouMean(word, candidates)).toBe(expected)
})
