/** Limits of containers, and the words for what happens at them. */
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { AttachedContainer } from './contract.js'

export const GIGABYTE = 1024 ** 3

/** Milliseconds within which the engine's news of a killed process have come in. */
const NEWS_MS = 300

/** Tells once of each time that the kernel has killed processes of one container for its memory. */
export class MemoryWatch {
  #known = 0

  /** @param bytes its limit */
  constructor(
    private readonly container: Pick<AttachedContainer, 'memoryKills'>,
    private readonly whose: string,
    private readonly bytes: number,
  ) {}

  /** What has happened since this was last asked; undefined where nothing has. */
  async news(): Promise<string | undefined> {
    await pause(NEWS_MS)
    const isNew = this.container.memoryKills > this.#known
    this.#known = this.container.memoryKills
    const limit = `${this.bytes / 1024 ** 2} MB`
    return isNew
      ? `the container of ${this.whose} reached its memory limit of ${limit}, and the kernel killed a process of it`
      : undefined
  }
}

/** What an exit code says: 128 + n stands for signal n. */
export function exitWords(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)
  return `ended with ${signal?.[0] ?? `exit code ${code}`}`
}
