/**
 * Cells of one run say the same things over and over: recipes, values and what the server has are a few thousand texts in some ten
 * thousand cells. Here each is kept once, so that the results of a whole matrix take a fraction of the room.
 */
import { Kept } from '../core/kept.js'
import type { Attempt, Cell } from '../core/result.js'

export class Shared {
  readonly #texts = new Map<string, string>()
  readonly #absent = new Kept<Cell['absent']>()
  readonly #values = new Kept<Attempt['value']>()
  readonly #witnesses = new Kept<Attempt['witness']>()
  readonly #errors = new Kept<Attempt['error']>()
  readonly #figures = new Kept<Attempt['figures']>()

  /** Equal to the cell. Written out: each object that spreads another one has a shape of its own, larger than itself. */
  cell(cell: Cell): Cell {
    return {
      kind: cell.kind,
      server: this.#text(cell.server),
      client: this.#text(cell.client),
      probe: this.#text(cell.probe),
      verdict: cell.verdict,
      decided: cell.decided,
      reason: this.#text(cell.reason),
      note: this.#textOrNull(cell.note),
      key: this.#textOrNull(cell.key),
      absent: this.#absent.of(cell.absent),
      attempts: cell.attempts.map((attempt) => this.#attempt(attempt)),
      startedAt: cell.startedAt,
      ms: cell.ms,
    }
  }

  #attempt(attempt: Attempt): Attempt {
    return {
      level: attempt.level,
      outcome: attempt.outcome,
      reason: this.#text(attempt.reason),
      note: this.#textOrNull(attempt.note),
      code: this.#text(attempt.code),
      file: this.#text(attempt.file),
      line: attempt.line,
      value: this.#values.of(attempt.value),
      expected: this.#values.of(attempt.expected),
      figures: this.#figures.of(attempt.figures),
      error: this.#errors.of(attempt.error),
      witness: this.#witnesses.of(attempt.witness),
      output: this.#text(attempt.output),
      ms: attempt.ms,
      cpuMs: attempt.cpuMs,
    }
  }

  #textOrNull(text: string | null): string | null {
    return text === null ? null : this.#text(text)
  }

  #text(text: string): string {
    const known = this.#texts.get(text)
    if (known === undefined) this.#texts.set(text, text)
    return known ?? text
  }
}
