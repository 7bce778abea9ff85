/** A worker's process in a container. */
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { ConnectionLost } from '../core/runtime.js'
import type { Ended, StreamedProcess } from '../run/streamed-process.js'
import type { AttachedContainer } from './contract.js'
import { exitWords, MemoryWatch } from './limits.js'

/** Milliseconds. An engine that takes longer to end a container was silent, and a worker behind it had to be. */
const SILENCE_MS = 2000

/** Exit code of what SIGKILL ended. */
const KILLED = 128 + constants.signals.SIGKILL

export class ContainerProcess implements StreamedProcess {
  readonly ended: Promise<Ended>
  readonly #memory: MemoryWatch
  #ending = false

  /** @param memory bytes */
  constructor(
    private readonly container: AttachedContainer,
    private readonly whose: string,
    memory: number,
  ) {
    this.#memory = new MemoryWatch(container, whose, memory)
    this.ended = container.fate.then((fate) =>
      fate.kind === 'exited'
        ? { how: exitWords(fate.code), killed: fate.code === KILLED }
        : { lost: fate.reason },
    )
  }

  get stdin(): Writable {
    return this.container.stdin
  }

  get stdout(): Readable {
    return this.container.stdout
  }

  get stderr(): Readable {
    return this.container.stderr
  }

  /** The end of its input ends it; our half of the stream cannot be closed alone. */
  end(): void {
    this.#ending = true
    this.container.stdin.destroy()
  }

  /** @throws ConnectionLost where the engine was slow to do it, unless the worker had been asked to end */
  async kill(): Promise<void> {
    if (this.#ending) return this.container[Symbol.asyncDispose]()
    const begun = Date.now()
    await this.container.kill()
    const took = Date.now() - begun
    const fate = await this.container.fate
    if (took < SILENCE_MS) return
    const silence = `the engine was silent: ending ${this.whose} took ${Math.round(took / 1000)} s`
    throw new ConnectionLost(fate.kind === 'lost' ? fate.reason : silence)
  }

  outOfMemory(): Promise<string | undefined> {
    return this.#memory.news()
  }

  disturbance(): Promise<string | undefined> {
    return this.container.disturbance()
  }
}
