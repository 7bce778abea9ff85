/** Thousands of small files, written while the next ones are made. */
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Files at the same time: a page can have megabytes. */
const MOST = 8

export class FileWriter {
  readonly #folders = new Set<string>()
  readonly #pending = new Set<Promise<void>>()
  #failure: unknown

  constructor(private readonly folder: string) {}

  /** Is done when there is room for another one. @throws what writing an earlier one failed with */
  async put(name: string, text: string): Promise<void> {
    const file = path.join(this.folder, name)
    const parent = path.dirname(file)
    if (!this.#folders.has(parent)) mkdirSync(parent, { recursive: true })
    this.#folders.add(parent)
    const written: Promise<void> = writeFile(file, text)
      .catch((error: unknown) => (this.#failure ??= error))
      .then(() => void this.#pending.delete(written))
    this.#pending.add(written)
    if (this.#pending.size >= MOST) await Promise.race(this.#pending)
    this.#check()
  }

  /** @throws what writing one of them failed with */
  async done(): Promise<void> {
    await Promise.all(this.#pending)
    this.#check()
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}
