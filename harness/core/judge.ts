/** From the attempts of a cell to its verdict. */
import type { Attempt, Cell, Outcome } from './result.js'
import { isFact, type Verdict } from './verdict.js'

export type Judgement = Pick<Cell, 'verdict' | 'reason' | 'note'>

/** Where trying the next level makes no sense: the run itself is in doubt, or the client never connected. */
const FINAL: readonly Outcome[] = ['held', 'refused', 'timeout', 'crash', 'invalid', 'error']

export function isFinal(outcome: Outcome): boolean {
  return FINAL.includes(outcome)
}

/**
 * Attempts are in the order of their levels. The first that neither raised nor returned another type decides: a recipe that
 * returned a wrong value or left a wrong effect without an error makes the cell `broken`, whatever a lower level did.
 */
export function judge(attempts: readonly Attempt[], absent: readonly string[]): Judgement {
  const deciding = attempts.find(({ outcome }) => outcome !== 'raised' && outcome !== 'wrong-type')
  if (!deciding) return unsupported(attempts, absent)
  const { outcome, level, reason } = deciding
  switch (outcome) {
    case 'held':
      return { verdict: level, reason: held(deciding, attempts, absent), note: deciding.note }
    case 'wrong-value':
    case 'wrong-effect':
      return { verdict: 'broken', reason: `${level} recipe: ${reason}`, note: deciding.note }
    case 'raised':
    case 'wrong-type':
      return unsupported(attempts, absent)
    case 'refused':
    case 'timeout':
    case 'crash':
    case 'invalid':
    case 'error':
      return { verdict: outcome, reason: `${level} recipe: ${reason}`, note: null }
  }
}

/**
 * On a server that answered the control with `lacking`. An error of any kind is what is right there; a witness that the server does
 * not understand says nothing. A client that has the feature all the same is said to.
 */
export function judgeBelowGate(attempt: Attempt, lacking: string): Judgement {
  const { outcome, level, reason, note, witness } = attempt
  if (outcome === 'held') return { verdict: level, reason: `by other means: ${lacking}; yet ${reason}`, note }
  if (outcome === 'refused') return { verdict: 'refused', reason, note: null }
  const silent =
    outcome === 'wrong-value' || (outcome === 'wrong-effect' && witness.every(({ error }) => error === null))
  if (!silent) return { verdict: 'server', reason: lacking, note: null }
  return { verdict: 'broken', reason: `accepted without an error by a server that lacks it: ${reason}`, note }
}

function held(deciding: Attempt, attempts: readonly Attempt[], absent: readonly string[]): string {
  const failed = attempts.slice(0, attempts.indexOf(deciding))
  const above = [...failed.map(({ level, reason }) => `${level} recipe: ${reason}`), ...absence(absent)]
  return above.length === 0 ? deciding.reason : `${deciding.reason}; before it, ${above.join('; ')}`
}

function unsupported(attempts: readonly Attempt[], absent: readonly string[]): Judgement {
  const reasons = [...absence(absent), ...attempts.map(({ level, reason }) => `${level} recipe: ${reason}`)]
  return { verdict: 'unsupported', reason: reasons.join('; '), note: null }
}

function absence(absent: readonly string[]): string[] {
  return absent.length === 0 ? [] : [`absent: ${absent.join(', ')}`]
}

/** Verdicts that are not believed before a second run has confirmed them. */
export function needsConfirmation(verdict: Verdict, previous: Verdict | undefined): boolean {
  const doubtful: readonly Verdict[] = ['broken', 'timeout', 'crash', 'invalid', 'error']
  return doubtful.includes(verdict) || (previous !== undefined && previous !== verdict)
}

/** Two runs of one cell; when they disagree, neither is a fact. */
export function confirm(first: Cell, second: Cell): Cell {
  if (first.verdict === second.verdict) return second
  const reason = `two runs disagreed: ${told(first)}, then ${told(second)}`
  return { ...second, verdict: 'flaky', reason, note: null }
}

/** Ends that a recipe may owe to its machine: something killed it, or the machine stood still. */
const DISTURBED: readonly Verdict[] = ['timeout', 'crash']

/** Whether a third run can settle what two disagree on: one of them found a fact, the other one was perhaps disturbed. */
export function isDisturbed(first: Cell, second: Cell): boolean {
  const [one, other] = [first, second].map(({ verdict }) => DISTURBED.includes(verdict))
  return one !== other && [first, second].some(({ verdict }) => isFact(verdict))
}

/** The fact that two of three runs found; the third one is told. */
export function settle(first: Cell, second: Cell, third: Cell): Cell {
  const [fact, disturbed] = isFact(first.verdict) ? [first, second] : [second, first]
  if (third.verdict !== fact.verdict) return confirm(first, second)
  return { ...third, reason: `${third.reason}; in one of three runs ${told(disturbed)}` }
}

function told({ verdict, reason }: Cell): string {
  return `${verdict} (${reason})`
}
