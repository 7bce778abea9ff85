/** What a run changes in the record: for the terminal, and as Markdown for the summary of a pull request. */
import type { Check } from '../core/check.js'
import { cellId } from '../core/ids.js'
import { markdownText } from '../core/markdown.js'
import type { Cell, ServerFacts } from '../core/result.js'
import { describeDifferences, markdownOfDifferences, type Compared } from './difference.js'
import { number } from './tally.js'

export interface CheckSides {
  /** What the record and the run are called. */
  readonly record: string
  readonly run: string
  readonly servers: readonly ServerFacts[]
}

export function describeCheck(found: Check, sides: CheckSides): string {
  const { differences, compared } = found
  const whole = `${sides.run} is as ${sides.record} has it: ${cellsOf(compared)}`
  const body = differences.length === 0 ? whole : describeDifferences(comparedOf(found, sides))
  return [body, ...notes(found).map((note) => `\n${note}`)].join('\n')
}

export function markdownOfCheck(found: Check, sides: CheckSides): string {
  const { differences, compared } = found
  const whole = `**As the record has it: ${cellsOf(compared)}.**`
  const body = differences.length === 0 ? whole : markdownOfDifferences(comparedOf(found, sides))
  return [body, ...notes(found).map((note) => `\n${markdownText(note)}`)].join('\n')
}

function comparedOf({ differences }: Check, { record, run, servers }: CheckSides): Compared {
  return { before: record, after: run, axis: { client: true, server: true }, servers, differences }
}

function notes({ unknown, notRun, complete }: Check): string[] {
  return [
    ...(unknown.length > 0
      ? [`the matrix has no longer, and the record still has: ${some(unknown.map(cellId))}`]
      : []),
    ...reasons(notRun),
    ...(complete ? [] : ['the run was cut off: cells are missing']),
  ]
}

/** Each reason once, with how many cells it cost. */
function reasons(notRun: readonly Cell[]): string[] {
  const counts = new Map<string, number>()
  for (const { reason } of notRun) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => `not run, and in the record: ${cellsOf(count)}: ${reason}`)
}

function some(ids: readonly string[]): string {
  const shown = ids.slice(0, SHOWN)
  return [...shown, ...(ids.length > SHOWN ? [`and ${number(ids.length - SHOWN)} more`] : [])].join(', ')
}

const SHOWN = 3

function cellsOf(count: number): string {
  return `${number(count)} ${count === 1 ? 'cell' : 'cells'}`
}
