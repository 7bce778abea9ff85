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

  /** Equal to the cell. */
  cell({ attempts, ...cell }: Cell): Cell {
    return {
      ...cell,
      server: this.#text(cell.server),
      client: this.#text(cell.client),
      probe: this.#text(cell.probe),
      reason: this.#text(cell.reason),
      note: this.#textOrNull(cell.note),
      key: this.#textOrNull(cell.key),
      absent: this.#absent.of(cell.absent),
      attempts: attempts.map((attempt) => this.#attempt(attempt)),
    }
  }

  #attempt(attempt: Attempt): Attempt {
    return {
      ...attempt,
      note: this.#textOrNull(attempt.note),
      code: this.#text(attempt.code),
      file: this.#text(attempt.file),
      reason: this.#text(attempt.reason),
      output: this.#text(attempt.output),
      value: this.#values.of(attempt.value),
      expected: this.#values.of(attempt.expected),
      witness: this.#witnesses.of(attempt.witness),
      error: this.#errors.of(attempt.error),
      figures: this.#figures.of(attempt.figures),
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
