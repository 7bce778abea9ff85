/** Parts of a text of YAML, replaced in place, so that everything around them stays as it was written. */

export interface Part {
  readonly start: number
  readonly end: number
  /** From what stands there to what shall. */
  readonly change: (source: string) => string
}

/** From the back, so that the offsets hold. */
export function replaceParts(text: string, parts: readonly Part[]): string {
  return parts
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (changed, { start, end, change }) =>
        changed.slice(0, start) + change(changed.slice(start, end)) + changed.slice(end),
      text,
    )
}

/** First and last offset of a value itself, of the three that the parser gives. */
export function sourceOf([start, end]: readonly [number, number, number?]): readonly [number, number] {
  return [start, end]
}

/**
 * A text as a scalar: in the form of the one that it replaces, where there is one, but in quotes where YAML would read a number
 * (`1.10` is 1.1).
 */
export function scalarText(value: string, before = ''): string {
  const quote = /^['"]/.exec(before)?.[0]
  if (quote !== undefined) return quote + value + quote
  const isPlain = before !== '' || /^[\w.+-]+$/.test(value)
  return isPlain && Number.isNaN(Number(value)) ? value : `'${value}'`
}
