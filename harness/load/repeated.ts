/** Indexes of the items that are equal to an earlier one. */
export function repeated(items: readonly string[]): number[] {
  return items.flatMap((item, index) => (items.indexOf(item) < index ? [index] : []))
}
