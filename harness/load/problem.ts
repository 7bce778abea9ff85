/** What is wrong in a matrix folder, and where. */
import type { Place } from '../core/matrix.js'

export interface Problem {
  readonly place: Place
  readonly message: string
  /** What next: `did you mean "since"?` */
  readonly hint?: string
  /** A repair that cannot change what was meant. */
  readonly fix?: Fix
}

/** Replaces the characters from `start` to `end` of `path`. */
export interface Fix {
  /** As in `place.file`. */
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** `matrix/probes/json/jsonb.yaml:7:5 unknown key "sinse" (did you mean "since"?)` */
export function formatProblem({ place, message, hint }: Problem): string {
  const position = `${place.file}:${place.line}:${place.column}`
  return `${position} ${message}${hint === undefined ? '' : ` (${hint})`}`
}

/** By file, line, column; the same thing said twice of one place is said once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(
    problems.map((problem) => [`${placeKey(problem.place)} ${problem.message}`, problem]),
  )
  return [...distinct.values()].toSorted(
    (a, b) =>
      compareText(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  )
}

function placeKey({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
