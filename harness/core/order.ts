/** The order in which releases are shown. */

/**
 * For sorting, oldest first: numbers by value, and a pre-release (`2.1.0b1`) before its release.
 * Enough for showing; which release a range allows is decided in core/python-range.ts.
 */
export function compareReleases(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)]
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function partsOf(version: string): number[] {
  return (version.toLowerCase().match(/\d+|[a-z]+/g) ?? []).map((part) =>
    /\d/.test(part) ? Number(part) : weightOfWord(part),
  )
}

/** Negative for what comes before a release, above zero for what comes after it. */
function weightOfWord(word: string): number {
  return { dev: -4, a: -3, alpha: -3, b: -2, beta: -2, rc: -1, post: 1 }[word] ?? 0
}
