/** Several things at the same time, of which none is worth anything once one has failed. */
import pLimit from 'p-limit'

export interface Together {
  /** Of whoever may stop it from outside. */
  readonly signals: readonly (AbortSignal | undefined)[]
  /** How many at the same time; all by default. */
  readonly concurrency?: number
}

/** The results in the order of the items. The first failure aborts the signal of the others, and is thrown when they have ended. */
export async function together<T, R>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<R>,
  { signals, concurrency = Number.POSITIVE_INFINITY }: Together,
): Promise<R[]> {
  const stop = new AbortController()
  const signal = AbortSignal.any([...signals, stop.signal].filter((one) => one !== undefined))
  const limit = pLimit(concurrency)
  const under = items.map((item) => limit(() => work(item, signal)))
  try {
    return await Promise.all(under)
  } catch (error) {
    stop.abort(error)
    await Promise.allSettled(under)
    throw error
  }
}
