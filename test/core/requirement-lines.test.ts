import { expect, it } from 'vitest'
import { requirementLines } from '../../harness/core/requirement-lines.js'

const file = (file: string, constraints = false) => ({ kind: 'file', file, constraints })
const elsewhere = (text: string) => ({ kind: 'elsewhere', text })
const x = { kind: 'requirement', requirement: { name: 'x', range: '==1', pinned: '1' } }

it.each([
  ['x==1', x],
  ['x==1 # why', x],
  ['x==1 --hash=sha256:00', x],
  ['-r base.txt', file('base.txt')],
  ['-rbase.txt', file('base.txt')],
  ['--requirement=base.txt # why', file('base.txt')],
  ['--requirement "with space.txt"', file('with space.txt')],
  ['-c pins.txt', file('pins.txt', true)],
  ['--constraint pins.txt', file('pins.txt', true)],
  ['-r https://example.org/base.txt', file('https://example.org/base.txt')],
  ['-e .', elsewhere('-e .')],
  ['x @ https://example.org/x.whl', elsewhere('x @ https://example.org/x.whl')],
  ['x[y] @ file:///x.whl', elsewhere('x[y] @ file:///x.whl')],
  ['git+https://example.org/x.git', elsewhere('git+https://example.org/x.git')],
  ['./wheels/x.whl', elsewhere('./wheels/x.whl')],
  ['.', elsewhere('.')],
  ['.[test]', elsewhere('.[test]')],
  [String.raw`C:\wheels\x.whl`, elsewhere(String.raw`C:\wheels\x.whl`)],
  ['x-1.0.tar.gz', elsewhere('x-1.0.tar.gz')],
  ['x=1', { kind: 'wrong', text: 'x=1' }],
  ['x 1', { kind: 'wrong', text: 'x 1' }],
  ['<<<<<<< HEAD', { kind: 'wrong', text: '<<<<<<< HEAD' }],
])('`%s`', (text, expected) => {
  expect(requirementLines(text)).toEqual([{ ...expected, line: 1 }])
})

it.each([
  '',
  '# x==1',
  '--index-url https://example.org/simple',
  '-i https://example.org',
  '--no-binary :all:',
])('`%s` names nothing', (text) => {
  expect(requirementLines(text).filter(({ kind }) => kind !== 'elsewhere')).toEqual([])
})

it('an address of an index is no package', () => {
  expect(requirementLines('--index-url https://example.org/simple')).toEqual([])
})

it('a line that goes on has the number of its first', () => {
  const lines = requirementLines(
    '# a\nx==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\r\n\n-r b.txt\n',
  )
  expect(lines).toEqual([
    { ...x, line: 2 },
    { ...file('b.txt'), line: 6 },
  ])
})
