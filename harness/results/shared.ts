/**
 * Cells of one run say the same things over and over: recipes, values and what the server has are a few thousand texts in some ten
 * thousand cells. Here each is kept once, so that the results of a whole matrix take a fraction of the room.
 */
import { Kept, KeptTexts } from '../core/kept.js'
import type { Attempt, Cell } from '../core/result.js'

export class Shared {
  readonly #texts = new KeptTexts()
  readonly #absent = new Kept<Cell['absent']>()
  readonly #values = new Kept<Attempt['value']>()
  readonly #witnesses = new Kept<Attempt['witness']>()
  readonly #errors = new Kept<Attempt['error']>()
  readonly #figures = new Kept<Attempt['figures']>()

  /** The cell with these attempts. Written out: each object that spreads another one has a shape of its own, larger than itself. */
  cell(cell: Omit<Cell, 'attempts'>, attempts: Attempt[]): Cell {
    return {
      kind: cell.kind,
      server: this.#texts.of(cell.server),
      client: this.#texts.of(cell.client),
      probe: this.#texts.of(cell.probe),
      verdict: cell.verdict,
      decided: cell.decided,
      reason: this.#texts.of(cell.reason),
      note: this.#textOrNull(cell.note),
      key: this.#textOrNull(cell.key),
      absent: this.#absent.of(cell.absent),
      attempts,
      startedAt: cell.startedAt,
      ms: cell.ms,
    }
  }

  attempts(attempts: readonly Attempt[]): Attempt[] {
    return attempts.map((attempt) => this.#attempt(attempt))
  }

  #attempt(attempt: Attempt): Attempt {
    return {
      level: attempt.level,
      outcome: attempt.outcome,
      reason: this.#texts.of(attempt.reason),
      note: this.#textOrNull(attempt.note),
      code: this.#texts.of(attempt.code),
      file: this.#texts.of(attempt.file),
      line: attempt.line,
      value: this.#values.of(attempt.value),
      expected: this.#values.of(attempt.expected),
      figures: this.#figures.of(attempt.figures),
      error: this.#errors.of(attempt.error),
      witness: this.#witnesses.of(attempt.witness),
      output: this.#texts.of(attempt.output),
      ms: attempt.ms,
      cpuMs: attempt.cpuMs,
    }
  }

  #textOrNull(text: string | null): string | null {
    return text === null ? null : this.#texts.of(text)
  }
}
