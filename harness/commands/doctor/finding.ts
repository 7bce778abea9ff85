/** What is looked at, and what was found. */
import type { Loss } from '../../core/loss.js'
import type { Plan } from '../../core/plan.js'
import type { Interpreter } from '../../core/runtime.js'

/** What decides; one record, so that tests can replace all of it. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv
  /** `linux-x64` */
  readonly platform: string
  /** Folder of downloads and environments. */
  readonly cache: string
  readonly node: string
  readonly now: Date
  /** Newest first. */
  readonly interpreters: readonly Interpreter[]
}

export interface Finding {
  readonly subject: string
  /** `missing`: nothing runs without it. `optional`: something does not. */
  readonly state: 'ok' | 'missing' | 'optional'
  readonly text: string
  /** What would not run for want of it. */
  readonly losses?: readonly NamedLoss[]
}

export interface NamedLoss extends Loss {
  /** `of 2 servers behind PgBouncer` */
  readonly of: string
  /** What becomes of them. */
  readonly fate: 'not-run' | 'left out'
}

export type Examine = (machine: Machine, plan: Plan) => Finding | Promise<Finding>

/** None where there is nothing in it. */
export function named(loss: Loss, of: string, fate: NamedLoss['fate'] = 'not-run'): NamedLoss[] {
  return loss.cells === 0 ? [] : [{ ...loss, of, fate }]
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
