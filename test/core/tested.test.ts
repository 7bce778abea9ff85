import { expect, it } from 'vitest'
import { parseRequirements } from '../../harness/core/requirements.js'
import { testedFor, versionsOf } from '../../harness/core/tested.js'

const VERSIONS = ['2.9.13', '2.8.6', '2.9.5']

it.each([
  ['x==2.9.5', { kind: 'exact', version: '2.9.5' }, ['2.9.5']],
  ['x==2.9.9', { kind: 'between', below: '2.9.5', above: '2.9.13' }, ['2.9.5', '2.9.13']],
  ['x==2.7', { kind: 'between', below: undefined, above: '2.8.6' }, ['2.8.6']],
  ['x==3.0', { kind: 'between', below: '2.9.13', above: undefined }, ['2.9.13']],
  ['x<2.9.13', { kind: 'allowed', version: '2.9.5' }, ['2.9.5']],
  ['x~=2.8.0', { kind: 'allowed', version: '2.8.6' }, ['2.8.6']],
  ['x', { kind: 'allowed', version: '2.9.13' }, ['2.9.13']],
  ['x>=3', { kind: 'none' }, []],
  ['x>=2.9.6b1', { kind: 'unread' }, []],
])('%s is told by %j', (text, tested, versions) => {
  const [requirement] = parseRequirements(text)
  if (!requirement) throw new Error('no requirement')
  expect(testedFor(requirement, VERSIONS)).toEqual(tested)
  expect(versionsOf(testedFor(requirement, VERSIONS))).toEqual(versions)
})

it('nothing is known where nothing was tested', () => {
  expect(testedFor({ name: 'x', range: '==1', pinned: '1' }, [])).toEqual({ kind: 'none' })
})
