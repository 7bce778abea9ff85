/**
 * Many cells share a server; a cell that is suspected of having brought it down has it alone.
 * First come, first served, so that an exclusive turn is never starved.
 */
export class Gate {
  #tail: Promise<unknown> = Promise.resolve()
  #readers = new Set<Promise<unknown>>()

  async shared<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => undefined)
    await turn
    const running = work()
    const settled = running.then(
      () => undefined,
      () => undefined,
    )
    this.#readers.add(settled)
    void settled.then(() => this.#readers.delete(settled))
    return running
  }

  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#tail
    let release = () => {}
    this.#tail = before.then(() => new Promise<void>((resolve) => (release = resolve)))
    await before
    // A reader that passed the gate in this very tick has registered by the next one.
    await Promise.resolve()
    await Promise.all(this.#readers)
    try {
      return await work()
    } finally {
      release()
    }
  }
}
