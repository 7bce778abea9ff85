/** The legend of a table: verdicts, their words and how often they occur. */
import type { Cell } from '../../core/result.js'
import { isFact } from '../../core/verdict.js'
import { tally } from './tally.js'
import { allVerdicts, type VerdictWords } from './verdicts.js'

interface LegendEntry extends VerdictWords {
  readonly count: number
}

export interface Legend {
  readonly facts: readonly LegendEntry[]
  /** Verdicts about the run. */
  readonly incidents: readonly LegendEntry[]
}

/** With zero counts for verdicts without a cell. */
export function everyVerdict(cells: readonly Cell[]): Legend {
  const { counts } = tally(cells)
  const entries = allVerdicts().map((words) => ({
    ...words,
    count: counts.find(({ verdict }) => verdict === words.verdict)?.count ?? 0,
  }))
  return {
    facts: entries.filter(({ verdict }) => isFact(verdict)),
    incidents: entries.filter(({ verdict }) => !isFact(verdict)),
  }
}

/** Verdicts that occur. */
export function legend(cells: readonly Cell[]): Legend {
  const { facts, incidents } = everyVerdict(cells)
  const occurs = ({ count }: LegendEntry) => count > 0
  return { facts: facts.filter(occurs), incidents: incidents.filter(occurs) }
}
