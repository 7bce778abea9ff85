import { expect, it } from 'vitest'
import { combine } from '../../harness/core/combined.js'
import { parseRequirements } from '../../harness/core/requirements.js'

const nameOf = (name: string) => name.replace('-binary', '')

it.each([
  ['a range and the lock made from it', 'x>=2\nx==2.9.5', ['x==2.9.5']],
  ['a package and its other name', 'x==2.9.5\nx-binary==2.9.5', ['x==2.9.5']],
  ['ranges of two files', 'x>=2\nx<3\nx', ['x>=2,<3']],
  ['the same range twice', 'x>=2\nx>=2', ['x>=2']],
  ['pins for several environments', 'x==1; a < "1"\nx==2; a >= "1"', ['x==1', 'x==2']],
  ['ranges for several environments', 'x<2; a < "1"\nx>=2; a >= "1"', ['x<2', 'x>=2']],
  ['a range for some beside one for all', 'x<2; a < "1"\nx>=1', ['x>=1', 'x<2']],
  ['a pin beside a range for some', 'x==2\nx<2; a < "1"', ['x==2', 'x<2']],
  ['other packages', 'y\nx==1', ['y', 'x==1']],
])('%s', (_, text, expected) => {
  const combined = combine(parseRequirements(text), nameOf)
  expect(combined.map(({ name, range }) => name + range)).toEqual(expected)
})
