/** What one answer of a worker means, before the witness has been asked. */
import { compareValues, describeValue } from './compare.js'
import type { Answer, Identity } from './protocol.js'
import type { Attempt, Outcome, WitnessSeen } from './result.js'

/** What must have answered. */
export interface ExpectedIdentity {
  readonly serverVersionNum: number
  readonly runId: string
  readonly nonce: string
}

export type Assessment = Pick<Attempt, 'outcome' | 'reason' | 'value' | 'expected' | 'figures' | 'error'>

/** The ways in which a recipe's own process can end. */
export type RecipeAnswer = Exclude<Answer, { outcome: 'absent' }>

export function assessAnswer(answer: RecipeAnswer, expected: ExpectedIdentity): Assessment {
  switch (answer.outcome) {
    case 'returned':
      return assessReturned(answer, expected)
    case 'raised':
      return assessRaised(answer, expected)
    case 'timeout':
      return assessed('timeout', 'did not end within its deadline and was killed')
    case 'died':
      return assessed('crash', died(answer))
    case 'rejected':
      return assessed('error', answer.reason)
  }
}

function assessReturned(
  answer: Extract<Answer, { outcome: 'returned' }>,
  expectedIdentity: ExpectedIdentity,
): Assessment {
  const stranger = identityProblem(answer.identity, expectedIdentity)
  if (stranger) return assessed('invalid', stranger)
  const { value, expected, figures } = answer
  const values = { value, expected, figures }
  const comparison = compareValues(answer.value, answer.expected, answer.equal)
  if (comparison === 'same') return { ...assessed('held', 'value and type as expected'), ...values }
  const reason = `returned ${shorten(describeValue(answer.value))}, expected ${shorten(describeValue(answer.expected))}`
  const outcome = comparison === 'other-type' ? 'wrong-type' : 'wrong-value'
  return { ...assessed(outcome, reason), ...values }
}

function assessRaised(
  answer: Extract<Answer, { outcome: 'raised' }>,
  expectedIdentity: ExpectedIdentity,
): Assessment {
  const stranger = answer.identity && identityProblem(answer.identity, expectedIdentity)
  if (stranger) return assessed('invalid', stranger)
  const { error } = answer
  const reason = `${error.type}: ${shorten(error.message.split('\n')[0] ?? '')}`
  return { ...assessed(answer.phase === 'connect' ? 'refused' : 'raised', reason), error }
}

/** Why this was not the server that the plan names, or undefined. */
export function identityProblem(seen: Identity, expected: ExpectedIdentity): string | undefined {
  if (seen.serverVersionNum !== expected.serverVersionNum)
    return `server version ${seen.serverVersionNum} answered, ${expected.serverVersionNum} was planned`
  if (seen.runId !== expected.runId) return 'a server of another run answered'
  if (seen.nonce !== expected.nonce) return 'another database answered than the one made for this recipe'
  return undefined
}

/** The witness has the last word on a recipe that held. */
export function assessWitness(assessment: Assessment, witness: readonly WitnessSeen[]): Assessment {
  const wrong = witness.find((seen) => seen.error !== null || !sameRows(seen))
  if (assessment.outcome !== 'held' || !wrong) return assessment
  const reason =
    wrong.error ?? `the server has ${showRows(wrong.rows ?? [])}, expected ${showRows(wrong.expected)}`
  return { ...assessment, outcome: 'wrong-effect', reason: `witness \`${shorten(wrong.sql)}\`: ${reason}` }
}

function sameRows(seen: WitnessSeen): boolean {
  return JSON.stringify(seen.rows) === JSON.stringify(seen.expected)
}

function showRows(rows: WitnessSeen['expected']): string {
  return shorten(
    rows.map((row) => `(${row.map((field) => field ?? 'NULL').join(', ')})`).join(' ') || 'no rows',
  )
}

function died(answer: Extract<Answer, { outcome: 'died' }>): string {
  if (answer.signal) return `its process was ended by ${answer.signal}`
  return `its process ended with exit code ${answer.exitCode ?? 'unknown'} and without an answer`
}

function assessed(outcome: Outcome, reason: string): Assessment {
  return { outcome, reason, value: null, expected: null, figures: {}, error: null }
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
