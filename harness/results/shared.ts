/**
 * Cells of one run say the same things over and over: recipes, values and what the server has are a few thousand texts in some ten
 * thousand cells. Here each is kept once, so that the results of a whole matrix take a tenth of the room.
 */
import type { Attempt, Cell } from '../core/result.js'

export class Shared {
  readonly #texts = new Map<string, string>()
  /** By their JSON. */
  readonly #parts = new Map<string, unknown>()

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
      absent: this.#part(cell.absent),
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
      value: this.#part(attempt.value),
      expected: this.#part(attempt.expected),
      witness: this.#part(attempt.witness),
      error: this.#part(attempt.error),
      figures: this.#part(attempt.figures),
    }
  }

  #textOrNull(text: string | null): string | null {
    return text === null ? null : this.#text(text)
  }

  #text(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    this.#texts.set(text, text)
    return text
  }

  #part<T>(part: T): T {
    if (part === null) return part
    const key = JSON.stringify(part)
    const known = this.#parts.get(key)
    if (known !== undefined) return known as T
    this.#parts.set(key, part)
    return part
  }
}
