/**
 * Differences as workflow commands of GitHub Actions, which show them at the line of the recipe.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import { CHANGE_TITLES, describeStep, type Difference } from '../core/difference.js'
import type { Cell } from '../core/result.js'

/** Where a recipe stands. */
export interface Line {
  readonly file: string
  readonly line: number
}

/** GitHub shows ten of a kind for each step, and more of them hide the first. */
const SHOWN = 10

/** @param lineOf of the cell of a difference, undefined where it ran no recipe */
export function annotations(
  differences: readonly Difference[],
  lineOf: (difference: Difference) => Line | undefined,
): string[] {
  const places = new Map<string, { line: Line | undefined; first: Difference; count: number }>()
  for (const difference of differences) {
    const line = lineOf(difference)
    const key = `${line?.file ?? difference.probe}:${line?.line ?? 0} ${difference.change}`
    const known = places.get(key)
    if (known) known.count += 1
    else places.set(key, { line, first: difference, count: 1 })
  }
  return [...places.values()].slice(0, SHOWN).map(({ line, first, count }) => command(first, line, count))
}

function command(difference: Difference, line: Line | undefined, count: number): string {
  const { change, probe, client, server, after } = difference
  const more = count > 1 ? ` and ${count - 1} more cells` : ''
  const text = `${server}/${client}/${probe}${more}: ${describeStep(difference)}${after?.reason ? `. ${after.reason}` : ''}`
  const place = line ? `file=${property(line.file)},line=${line.line},` : ''
  return `::error ${place}title=${property(`${CHANGE_TITLES[change]}: ${probe}`)}::${data(text)}`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** The recipe that decided the cell: the last one that was tried. */
export function decisiveLine({ attempts }: Cell): Line | undefined {
  const last = attempts.at(-1)
  return last && { file: last.file, line: last.line }
}
