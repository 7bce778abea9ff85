/** "Did you mean": the one candidate that a mistyped word most likely stands for. */
import { closest, distance } from 'fastest-levenshtein'

/** Undefined where nothing is near: one letter of a short word, two of a longer one, three of a long one may differ. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined
  const best = closest(word, candidates)
  const allowed = word.length < 4 ? 1 : word.length < 9 ? 2 : 3
  return distance(word, best) <= allowed ? best : undefined
}

/** `did you mean "since"?`, or the candidates where they are few, or undefined. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const best = suggest(word, candidates)
  if (best !== undefined) return `did you mean "${best}"?`
  return candidates.length > 0 && candidates.length <= 12 ? `one of ${candidates.join(', ')}` : undefined
}
