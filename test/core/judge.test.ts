import { describe, expect, it } from 'vitest'
import {
  confirm,
  isDisturbed,
  settle,
  judge,
  judgeBelowGate,
  needsConfirmation,
} from '../../harness/core/judge.js'
import type { Attempt, Cell, Outcome } from '../../harness/core/result.js'
import type { Level, Verdict } from '../../harness/core/verdict.js'

const attempt = (level: Level, outcome: Outcome): Attempt => ({
  level,
  outcome,
  reason: `${level} ${outcome}`,
  note: level === 'partial' ? 'after a registration' : null,
  code: 'return value',
  file: 'probes/json/x.yaml',
  line: 1,
  value: null,
  expected: null,
  figures: {},
  error: null,
  witness: [],
  output: '',
  ms: 1,
  cpuMs: 1,
})

describe('judge', () => {
  it.each<[string, [Level, Outcome][], string[], Verdict]>([
    ['native holds', [['native', 'held']], [], 'native'],
    [
      'native raises, raw holds',
      [
        ['native', 'raised'],
        ['raw', 'held'],
      ],
      [],
      'raw',
    ],
    [
      'native has another type, partial holds',
      [
        ['native', 'wrong-type'],
        ['partial', 'held'],
      ],
      [],
      'partial',
    ],
    [
      'a wrong native value is broken though raw holds',
      [
        ['native', 'wrong-value'],
        ['raw', 'held'],
      ],
      [],
      'broken',
    ],
    [
      'a wrong native effect is broken though raw holds',
      [
        ['native', 'wrong-effect'],
        ['raw', 'held'],
      ],
      [],
      'broken',
    ],
    [
      'native raises, partial is wrong',
      [
        ['native', 'raised'],
        ['partial', 'wrong-value'],
        ['raw', 'held'],
      ],
      [],
      'broken',
    ],
    [
      'all raise',
      [
        ['native', 'raised'],
        ['raw', 'raised'],
      ],
      [],
      'unsupported',
    ],
    ['nothing but another type', [['native', 'wrong-type']], [], 'unsupported'],
    ['a verified absence alone', [], ['psycopg2.pipeline'], 'unsupported'],
    ['a verified absence above raw', [['raw', 'held']], ['peewee.Merge'], 'raw'],
    ['the client refuses the server', [['native', 'refused']], [], 'refused'],
    ['it hangs', [['native', 'timeout']], [], 'timeout'],
    [
      'it dies after an error',
      [
        ['native', 'raised'],
        ['raw', 'crash'],
      ],
      [],
      'crash',
    ],
    ['another server answered', [['native', 'invalid']], [], 'invalid'],
    ['the setup failed', [['native', 'error']], [], 'error'],
  ])('%s', (_, attempts, absent, verdict) => {
    expect(
      judge(
        attempts.map(([level, outcome]) => attempt(level, outcome)),
        absent,
      ).verdict,
    ).toBe(verdict)
  })

  it('keeps the note of the level that held, and says what happened above it', () => {
    const { note, reason } = judge([attempt('native', 'raised'), attempt('partial', 'held')], [])
    expect(note).toBe('after a registration')
    expect(reason).toContain('native recipe: native raised')
  })
})

describe('judgeBelowGate', () => {
  const silent = { sql: 'select 1', expected: [['1']], rows: [['2']], error: null }
  it.each<[string, Partial<Attempt>, Verdict]>([
    ['an error is right', { outcome: 'raised' }, 'server'],
    ['a setup that the server does not understand', { outcome: 'error' }, 'server'],
    ['a client that refuses the server', { outcome: 'refused' }, 'refused'],
    ['an option dropped silently', { outcome: 'wrong-effect', witness: [silent] }, 'broken'],
    ['a wrong value without an error', { outcome: 'wrong-value' }, 'broken'],
    [
      'a witness that the server does not understand',
      { outcome: 'wrong-effect', witness: [{ ...silent, error: 'no' }] },
      'server',
    ],
    ['a client that has it by other means', { outcome: 'held' }, 'native'],
    ['a hang', { outcome: 'timeout' }, 'server'],
  ])('%s', (_, seen, verdict) => {
    expect(judgeBelowGate({ ...attempt('native', 'held'), ...seen }, '42883: no such function').verdict).toBe(
      verdict,
    )
  })
})

describe('confirmation', () => {
  it.each<[Verdict, Verdict | undefined, boolean]>([
    ['native', undefined, false],
    ['native', 'native', false],
    ['native', 'raw', true],
    ['broken', 'broken', true],
    ['timeout', undefined, true],
    ['server', 'native', true],
  ])('%s after %s: run again %s', (verdict, previous, again) => {
    expect(needsConfirmation(verdict, previous)).toBe(again)
  })

  const cell = (verdict: Verdict): Cell => ({
    ...{
      kind: 'cell',
      server: '17',
      client: 'a-1',
      probe: 'p',
      verdict,
      decided: null,
      reason: `was ${verdict}`,
      note: null,
    },
    ...{ key: null, absent: [], attempts: [], startedAt: '2026-01-01T00:00:00.000Z', ms: 1 },
  })

  it('calls a disagreement flaky and quotes both', () => {
    expect(confirm(cell('broken'), cell('native'))).toMatchObject({
      verdict: 'flaky',
      reason: 'two runs disagreed: broken (was broken), then native (was native)',
    })
    expect(confirm(cell('broken'), cell('broken')).verdict).toBe('broken')
  })

  it.each<[Verdict, Verdict, boolean]>([
    ['crash', 'native', true],
    ['broken', 'timeout', true],
    ['crash', 'timeout', false],
    ['crash', 'error', false],
    ['broken', 'native', false],
    ['crash', 'crash', false],
  ])('%s, then %s: a third run can settle it %s', (first, second, can) => {
    expect(isDisturbed(cell(first), cell(second))).toBe(can)
  })

  it.each<[Verdict, Verdict, Verdict, Verdict, string]>([
    ['crash', 'native', 'native', 'native', 'was native; in one of three runs crash (was crash)'],
    ['broken', 'timeout', 'broken', 'broken', 'was broken; in one of three runs timeout (was timeout)'],
    ['crash', 'native', 'crash', 'flaky', 'two runs disagreed: crash (was crash), then native (was native)'],
    ['crash', 'native', 'broken', 'flaky', 'two runs disagreed: crash (was crash), then native (was native)'],
  ])('%s, %s and %s are %s', (first, second, third, verdict, reason) => {
    expect(settle(cell(first), cell(second), cell(third))).toMatchObject({ verdict, reason })
  })
})
