/** The first of all that have the same JSON. */
export class Kept<T> {
  readonly #first = new Map<string, T>()

  of(part: T): T {
    const key = JSON.stringify(part)
    const known = this.#first.get(key)
    if (known === undefined) this.#first.set(key, part)
    return known ?? part
  }
}

/** The first of all texts that are equal. */
export class KeptTexts {
  readonly #first = new Map<string, string>()

  of(text: string): string {
    const known = this.#first.get(text)
    if (known === undefined) this.#first.set(text, text)
    return known ?? text
  }
}
