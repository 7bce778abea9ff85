/** Counts of a run so far, as lines that fit a terminal. */
import { cellId } from '../core/ids.js'
import type { Cell } from '../core/result.js'
import { VERDICTS, type Counts, type Verdict } from '../core/verdict.js'
import { plain, type Paint } from './colour.js'

/** Times in milliseconds since the epoch. */
export class Tally {
  #planned = 0
  #startedAt = 0
  #done = 0
  #kept = 0
  #last = ''
  readonly #counts: Partial<Record<Verdict, number>> = {}

  start(planned: number, now: number): void {
    this.#planned = planned
    this.#startedAt = now
  }

  /** Cells that need not run. */
  keep(counts: Counts): void {
    for (const verdict of VERDICTS) {
      const count = counts[verdict] ?? 0
      this.#kept += count
      this.#count(verdict, count)
    }
  }

  #count(verdict: Verdict, cells: number): void {
    if (cells === 0) return
    this.#done += cells
    this.#counts[verdict] = (this.#counts[verdict] ?? 0) + cells
  }

  get kept(): number {
    return this.#kept
  }

  add({ server, client, probe, verdict }: Cell): void {
    this.#count(verdict, 1)
    this.#last = `${server} ${client} ${probe}`
  }

  /** Three, none longer than `columns`: how far, what was found, the cell that ended last. */
  lines(now: number, columns: number): string[] {
    const found = `  ${fit(countParts(this.#counts), columns - 2)}`
    return [this.line(now, columns), found, cut(`  ${this.#last}`, columns)]
  }

  /** How far, what matters most first. */
  line(now: number, columns: number): string {
    const percent = Math.floor((100 * this.#done) / Math.max(1, this.#planned))
    return fit([this.#reached(), `${percent} %`, ...this.#pace(now)], columns)
  }

  /** For when it is over. */
  total(now: number): string {
    return `${this.#reached()} in ${duration((now - this.#startedAt) / 1000)}`
  }

  #reached(): string {
    return `${number(this.#done)} of ${number(this.#planned)} cells`
  }

  #pace(now: number): string[] {
    const seconds = (now - this.#startedAt) / 1000
    const ran = this.#done - this.#kept
    if (seconds < 1 || ran === 0) return []
    const rate = ran / seconds
    const left = duration((this.#planned - this.#done) / rate)
    return [`${left} left`, `${rate.toFixed(rate < 10 ? 1 : 0)} per second`]
  }
}

export function describeCounts(counts: Counts, paint: Paint = plain): string {
  return countParts(counts, paint).join(SEPARATOR)
}

const SEPARATOR = ' · '

function countParts(counts: Counts, paint: Paint = plain): string[] {
  return VERDICTS.flatMap((verdict) => {
    const count = counts[verdict]
    return count ? [paint(verdict, `${verdict} ${number(count)}`)] : []
  })
}

/** As many of the parts as there is room for; half a number would be a wrong one. */
function fit(parts: readonly string[], columns: number): string {
  const whole = parts.join(SEPARATOR)
  if (whole.length <= columns || parts.length <= 1) return cut(whole, columns)
  return fit(parts.slice(0, -1), columns)
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`
}

/** A cell as it ends: `native       12 ms  18/psycopg2-2.9.13/json-jsonb-decode`. */
export function cellLine(cell: Cell, paint: Paint): string {
  const took = cell.ms < 1000 ? `${Math.round(cell.ms)} ms` : `${(cell.ms / 1000).toFixed(1)} s`
  return `${paint(cell.verdict, cell.verdict.padEnd(11))} ${took.padStart(7)}  ${cellId(cell)}`
}

export function number(value: number): string {
  return value.toLocaleString('en-US')
}

/** Seconds as people say it: `42 s`, `3 min 05 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}
