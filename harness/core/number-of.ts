/** The place at which a text first came: the same for equal texts, from 0 on without a gap. @param numbers of those that came before */
export function numberOf(text: string, numbers: Map<string, number>): number {
  const number = numbers.get(text) ?? numbers.size
  numbers.set(text, number)
  return number
}
