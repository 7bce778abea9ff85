/** Questions to registries: all are asked, and what could not be answered is told together. */
import pLimit from 'p-limit'
import { EnvironmentError, UsageError } from '../core/runtime.js'

const AT_ONCE = 4

/** The answers in the order of the items. @throws EnvironmentError with what every failed question said */
export async function askAll<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(AT_ONCE)
  const outcomes = await Promise.allSettled(items.map((item) => limit(() => ask(item))))
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  const strange = failures.find((one) => !(one instanceof EnvironmentError || one instanceof UsageError))
  if (strange !== undefined) throw strange
  if (failures.length > 0) throw nothingChanged(failures.map(({ message }) => message))
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

/** Most fail of one cause: a few of them say it all. */
const SHOWN = 3

export function nothingChanged(failures: readonly string[]): EnvironmentError {
  const more = failures.length - SHOWN
  return new EnvironmentError(
    ['Nothing was changed:', ...failures.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(
      '\n',
    ),
  )
}
