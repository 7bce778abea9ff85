/**
 * Ranges of Python versions such as `>=3.8,<3.14`: the part of PEP 440 that makes sense for releases of Python.
 * Numbers and dots only; pre-releases, epochs and local versions are not versions one tries a client on.
 */

type Operator = '>=' | '<=' | '>' | '<' | '==' | '!=' | '~='

interface Clause {
  readonly operator: Operator
  readonly release: readonly number[]
  /** `==3.11.*` */
  readonly prefix: boolean
}

/** Every clause must hold. */
export type PythonRange = readonly Clause[]

/** Undefined where the text is not a range; an empty text is the range of everything. */
export function parseRange(text: string): PythonRange | undefined {
  if (text.trim() === '') return []
  const clauses = text.split(',').map(parseClause)
  return clauses.every((clause) => clause !== undefined) ? clauses : undefined
}

function parseClause(text: string): Clause | undefined {
  const match = /^(>=|<=|==|!=|~=|>|<)\s*(\d+(?:\.\d+)*)(\.\*)?$/.exec(text.trim())
  if (!match?.[2]) return undefined
  const operator = operators.find((known) => known === match[1])
  const release = match[2].split('.').map(Number)
  const prefix = match[3] !== undefined
  if (!operator || (prefix && operator !== '==' && operator !== '!=')) return undefined
  // PEP 440: "~= must not be used with a single segment version number".
  if (operator === '~=' && release.length < 2) return undefined
  return { operator, release, prefix }
}

const operators: readonly Operator[] = ['>=', '<=', '==', '!=', '~=', '>', '<']

/** Whether a full version such as `3.12.1` lies in the range. */
export function inRange(version: string, range: PythonRange): boolean {
  const release = version.split('.').map(Number)
  return range.every((clause) => holds[clause.operator](release, clause))
}

type Test = (release: readonly number[], clause: Clause) => boolean

const holds: Record<Operator, Test> = {
  '>=': (release, clause) => compareReleases(release, clause.release) >= 0,
  '<=': (release, clause) => compareReleases(release, clause.release) <= 0,
  '>': (release, clause) => compareReleases(release, clause.release) > 0,
  '<': (release, clause) => compareReleases(release, clause.release) < 0,
  '==': equals,
  '!=': (release, clause) => !equals(release, clause),
  '~=': (release, clause) =>
    compareReleases(release, clause.release) >= 0 && startsWith(release, clause.release.slice(0, -1)),
}

function equals(release: readonly number[], clause: Clause): boolean {
  if (clause.prefix) return startsWith(release, clause.release)
  return compareReleases(release, clause.release) === 0
}

function startsWith(release: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((segment, index) => segment === (release[index] ?? 0))
}

/** Negative, zero or positive; missing segments count as zero. */
function compareReleases(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** For sorting versions such as `3.9.18` and `3.10.1`, oldest first. */
export function comparePythons(left: string, right: string): number {
  return compareReleases(left.split('.').map(Number), right.split('.').map(Number))
}

/** The version a range begins at, `3.8`; undefined where it has no lower end. */
export function lowestVersion(range: PythonRange): string | undefined {
  return range
    .filter(({ operator }) => lowerEnds.has(operator))
    .map(({ release }) => release.join('.'))
    .toSorted(comparePythons)
    .at(-1)
}

const lowerEnds: ReadonlySet<Operator> = new Set<Operator>(['>=', '>', '==', '~='])

/** The same text for the same range: `>=3.8,<3.14` for `<3.14, >=3.8,>=3.6`. */
export function formatRange(range: PythonRange): string {
  const from = range
    .filter(({ operator }) => operator === '>=')
    .toSorted(byRelease)
    .slice(-1)
  const to = range
    .filter(({ operator }) => operator === '<')
    .toSorted(byRelease)
    .slice(0, 1)
  const others = range.filter(({ operator }) => operator !== '>=' && operator !== '<').map(formatClause)
  return [...from.map(formatClause), ...to.map(formatClause), ...new Set(others.toSorted())].join(',')
}

function byRelease(left: Clause, right: Clause): number {
  return compareReleases(left.release, right.release)
}

function formatClause({ operator, release, prefix }: Clause): string {
  return `${operator}${release.join('.')}${prefix ? '.*' : ''}`
}
