import { describe, expect, it } from 'vitest'
import { assessAnswer, assessWitness, type RecipeAnswer } from '../../harness/core/assess.js'

const expected = { serverVersionNum: 170010, runId: 'run', nonce: 'nonce' }
const identity = { ...expected, backendPid: 1 }
const cost = { id: 1, nonce: 'nonce', ms: 1, cpuMs: 1, output: '' }
const one = { type: 'int', repr: '1' }
const returned: RecipeAnswer = {
  ...cost,
  outcome: 'returned',
  identity,
  value: one,
  expected: one,
  equal: true,
  figures: {},
}
const error = {
  type: 'psycopg2.errors.UndefinedTable',
  message: 'no such table\nLINE 1',
  sqlstate: '42P01',
  line: 7,
}

describe('assessAnswer', () => {
  it.each<[string, RecipeAnswer, string, RegExp]>([
    ['the expected value', returned, 'held', /as expected/],
    [
      'another value',
      { ...returned, value: { type: 'int', repr: '2' }, equal: false },
      'wrong-value',
      /int 2, expected int 1/,
    ],
    ['another type', { ...returned, value: { type: 'str', repr: '1' }, equal: false }, 'wrong-type', /str 1/],
    [
      'another version',
      { ...returned, identity: { ...identity, serverVersionNum: 160000 } },
      'invalid',
      /160000 answered/,
    ],
    ['another run', { ...returned, identity: { ...identity, runId: 'x' } }, 'invalid', /another run/],
    [
      'another database',
      { ...returned, identity: { ...identity, nonce: 'x' } },
      'invalid',
      /another database/,
    ],
    [
      'an error',
      { ...cost, outcome: 'raised', phase: 'recipe', identity, error },
      'raised',
      /UndefinedTable: no such table$/,
    ],
    [
      'an error on commit',
      { ...cost, outcome: 'raised', phase: 'commit', identity, error },
      'raised',
      /UndefinedTable/,
    ],
    [
      'an error on connecting',
      { ...cost, outcome: 'raised', phase: 'connect', identity: null, error },
      'refused',
      /UndefinedTable/,
    ],
    [
      'an error at the wrong server',
      { ...cost, outcome: 'raised', phase: 'recipe', identity: { ...identity, nonce: 'x' }, error },
      'invalid',
      /another database/,
    ],
    ['a hang', { ...cost, outcome: 'timeout' }, 'timeout', /deadline/],
    ['a signal', { ...cost, outcome: 'died', signal: 'SIGSEGV', exitCode: null }, 'crash', /SIGSEGV/],
    ['an exit', { ...cost, outcome: 'died', signal: null, exitCode: 3 }, 'crash', /exit code 3/],
    [
      'a bad request',
      { id: 1, nonce: 'nonce', outcome: 'rejected', reason: 'no such family' },
      'error',
      /no such family/,
    ],
  ])('%s', (_, answer, outcome, reason) => {
    const assessment = assessAnswer(answer, expected)
    expect(assessment.outcome).toBe(outcome)
    expect(assessment.reason).toMatch(reason)
  })
})

describe('assessWitness', () => {
  const held = assessAnswer(returned, expected)
  const witness = { sql: 'select 1', expected: [['1']], rows: [['1']], error: null }

  it.each([
    ['agrees', witness, 'held'],
    ['sees other rows', { ...witness, rows: [['2']] }, 'wrong-effect'],
    ['sees no rows', { ...witness, rows: [] }, 'wrong-effect'],
    ['sees NULL for text', { ...witness, rows: [[null]] }, 'wrong-effect'],
    [
      'finds no table',
      { ...witness, rows: null, error: 'relation "t" does not exist (42P01)' },
      'wrong-effect',
    ],
  ])('%s', (_, seen, outcome) => {
    expect(assessWitness(held, [seen]).outcome).toBe(outcome)
  })

  it('does not make a failed recipe any better', () => {
    const raised = assessAnswer({ ...cost, outcome: 'raised', phase: 'recipe', identity, error }, expected)
    expect(assessWitness(raised, [{ ...witness, rows: [] }])).toEqual(raised)
  })
})
