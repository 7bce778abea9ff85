/** What one attempt at a cell left behind, ready to be read: long texts are cut, the results have them whole. */
import { describeValue } from '../../core/compare.js'
import type { PythonError } from '../../core/protocol.js'
import type { Attempt, Outcome, WitnessSeen } from '../../core/result.js'
import type { Level } from '../../core/verdict.js'

export interface EvidenceView {
  readonly level: Level
  readonly outcome: Outcome
  /** Outcome in words. */
  readonly words: string
  readonly held: boolean
  readonly value: string | null
  /** Only where it differs from what came back. */
  readonly expected: string | null
  readonly error: ErrorView | null
  readonly witness: readonly WitnessView[]
  /** What the recipe printed. */
  readonly output: string
}

interface ErrorView {
  readonly type: string
  readonly message: string
  readonly sqlstate: string | null
  /** Line of the recipe, counted from 1; null where the error did not pass through it. */
  readonly line: number | null
}

interface WitnessView {
  readonly sql: string
  /** Rows as lines, `object | 1`; null where the statement failed. */
  readonly rows: string | null
  readonly expected: string | null
  readonly error: string | null
}

const WORDS = {
  held: 'held',
  raised: 'raised an error',
  'wrong-type': 'returned another type',
  'wrong-value': 'returned a wrong value',
  'wrong-effect': 'left a wrong effect on the server',
  refused: 'could not connect',
  timeout: 'did not end in time',
  crash: 'died',
  invalid: 'ran against something else than planned',
  error: 'could not be judged',
} as const satisfies Record<Outcome, string>

/** Characters of each text. */
const SHOWN = 1500
/** Of what a recipe printed: a tool for migrations says more than all evidence. */
const PRINTED = 400

export function cutText(text: string, shown = SHOWN): string {
  const more = text.length - shown
  // A word more than is left out would be longer than what it stands for.
  if (more <= 40) return text
  return `${text.slice(0, shown)}… (${more.toLocaleString('en-US')} characters more)`
}

export function evidence(attempt: Attempt): EvidenceView {
  const { level, outcome, output } = attempt
  const value = attempt.value && describeValue(attempt.value)
  const expected = attempt.expected && describeValue(attempt.expected)
  return {
    level,
    outcome,
    words: WORDS[outcome],
    held: outcome === 'held',
    value: value && cutText(value),
    expected: expected === value ? null : expected && cutText(expected),
    error: attempt.error && errorView(attempt.error, attempt.line),
    witness: attempt.witness.map(witnessView),
    output: cutText(output, PRINTED),
  }
}

function errorView({ type, message, sqlstate, line }: PythonError, begin: number): ErrorView {
  return { type, message: cutText(message), sqlstate, line: line === null ? null : line - begin + 1 }
}

function witnessView({ sql, rows, expected, error }: WitnessSeen): WitnessView {
  const [seen, planned] = [rows && rowLines(rows), rowLines(expected)]
  return {
    sql: sql.trim(),
    rows: seen && cutText(seen),
    expected: seen === planned ? null : cutText(planned),
    error: error && cutText(error),
  }
}

function rowLines(rows: WitnessSeen['expected']): string {
  if (rows.length === 0) return '(no rows)'
  return rows.map((row) => row.map((field) => field ?? 'NULL').join(' | ')).join('\n')
}
