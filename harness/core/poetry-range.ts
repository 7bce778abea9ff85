/**
 * Ranges as Poetry writes them, in the words of PEP 440.
 * https://python-poetry.org/docs/dependency-specification/#version-constraints
 */

/** Undefined where no such words say the same, as with `^1.2 || ^2.0`. */
export function poetryRange(text: string): string | undefined {
  if (text.includes('|')) return undefined
  const clauses = text
    .replaceAll(/([<>=!~^])\s+/g, '$1')
    .split(/[\s,]+/)
    .filter((clause) => clause !== '')
    .map(clauseOf)
  return clauses.every((clause) => clause !== undefined)
    ? clauses.filter((clause) => clause !== '').join(',')
    : undefined
}

function clauseOf(clause: string): string | undefined {
  if (clause === '*') return ''
  const [, operator, version] = /^(\^|~(?!=)|~=|[<>=!]*)(\d[\w.+!-]*(?:\.\*)?)$/.exec(clause) ?? []
  if (operator === undefined || version === undefined) return undefined
  if (operator === '') return `==${version}`
  if (operator === '^' || operator === '~') return upTo(version, operator)
  return operator === '=' ? `==${version}` : clause
}

/** `^` lets all change but the first number that is not zero, `~` the last of three, or of two and one what follows. */
function upTo(version: string, operator: '^' | '~'): string | undefined {
  if (!/^\d+(\.\d+)*$/.test(version)) return undefined
  const numbers = version.split('.').map(Number)
  const first = numbers.findIndex((number) => number !== 0)
  const caret = first === -1 ? numbers.length - 1 : first
  const kept = operator === '^' ? caret : Math.min(1, numbers.length - 1)
  const end = numbers.slice(0, kept + 1).map((number, index) => (index === kept ? number + 1 : number))
  return `>=${version},<${end.join('.')}`
}
