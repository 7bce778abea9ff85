/** Was the value that a recipe returned the expected one? */
import type { SeenValue } from './protocol.js'

export type Comparison = 'same' | 'other-type' | 'other-value'

const UNDECODED = new Set(['str', 'bytes', 'bytearray', 'memoryview'])
const STANDARD = new Set(['builtins', 'datetime', 'decimal', 'uuid', 'ipaddress', 'collections', 'enum'])

/**
 * `other-type` is honest: the value is there, but as another class, or as text that nobody decoded.
 * `other-value` is a wrong answer. `equal` is Python's own `==`, which counts between classes only: within one, Decimal("1.1")
 * has lost the scale of Decimal("1.10").
 */
export function compareValues(seen: SeenValue, expected: SeenValue, equal: boolean): Comparison {
  const comparison = compare(seen, expected)
  return comparison === 'other-value' && equal && seen.type !== expected.type ? 'other-type' : comparison
}

function compare(seen: SeenValue, expected: SeenValue): Comparison {
  if (seen.type === expected.type) return compareContents(seen, expected)
  if (expected.type === 'NoneType' || seen.type === 'NoneType') return 'other-value'
  if (UNDECODED.has(seen.type) && expected.type !== 'str') return 'other-type'
  if (isForeign(seen.type)) return 'other-type'
  if (expected.type === 'str' && `'${seen.repr}'` === expected.repr) return 'other-type'
  return compareContents(seen, expected) === 'other-value' ? 'other-value' : 'other-type'
}

function compareContents(seen: SeenValue, expected: SeenValue): Comparison {
  if (seen.repr !== expected.repr) return 'other-value'
  const [left, right] = [flatten(seen), flatten(expected)]
  if (left.length !== right.length) return 'other-value'
  return left.reduce<Comparison>((worst, item, index) => {
    const partner = right[index]
    return partner ? worse(worst, compare(item, partner)) : 'other-value'
  }, 'same')
}

/** Items of a container; a dict gives key, value, key, value … */
function flatten(value: SeenValue): readonly SeenValue[] {
  return (value.items ?? []).flatMap((item: SeenValue | readonly [SeenValue, SeenValue]) =>
    'type' in item ? [item] : [...item],
  )
}

function worse(a: Comparison, b: Comparison): Comparison {
  const order: readonly Comparison[] = ['same', 'other-type', 'other-value']
  return order[Math.max(order.indexOf(a), order.indexOf(b))] ?? 'other-value'
}

/** A class of a library: it cannot be compared, so that it is not called wrong. */
function isForeign(type: string): boolean {
  const module = type.split('.')[0] ?? ''
  return type.includes('.') && !STANDARD.has(module)
}

/** One line for people: `Decimal 1.10`, `list [int 1, None]`, `dict {str 'a': int 1}`. */
export function describeValue(value: SeenValue): string {
  if (value.type === 'NoneType') return 'None'
  const name = value.type.split('.').at(-1) ?? value.type
  if (value.items === undefined) return value.repr === undefined ? name : `${name} ${value.repr}`
  const items = value.items.map((item: SeenValue | readonly [SeenValue, SeenValue]) =>
    'type' in item ? describeValue(item) : item.map(describeValue).join(': '),
  )
  const [first] = value.items
  const [open, close] = (first === undefined ? name === 'dict' : !('type' in first)) ? '{}' : '[]'
  return `${name} ${open}${items.join(', ')}${close}`
}
