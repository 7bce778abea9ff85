/** A started container and the stream that the engine gives to it. */
import type { Duplex, Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { AttachedContainer, Engine, Fate } from './contract.js'
import { EngineError } from './engine-error.js'
import { BrokeOff } from './engine-words.js'
import { splitFrames } from './frames.js'
import type { ContainerNews } from './news.js'

/** Milliseconds for the news of an end to come in after the stream's end, and the other way round. */
const NEWS_MS = 3000

export interface Attachment {
  readonly container: Docker.Container
  readonly socket: Duplex
  readonly record: ContainerNews
  readonly purpose: string
}

export class LiveContainer implements AttachedContainer {
  readonly id: string
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly fate: Promise<Fate>
  readonly #record: ContainerNews

  constructor(
    private readonly engine: Engine,
    private readonly attachment: Attachment,
  ) {
    const { container, socket, record } = attachment
    this.id = container.id
    this.#record = record
    socket.on('error', () => {}) // its end is told by `fate`
    const { stdout, stderr, ended } = splitFrames(socket)
    this.stdin = socket
    this.stdout = stdout
    this.stderr = stderr
    this.fate = this.#learn(ended)
    void record.cutOff.then(() => this.#endCutOff()).catch(() => undefined)
  }

  get memoryKills(): number {
    return this.#record.memoryKills
  }

  async address(): Promise<string> {
    const { purpose, container } = this.attachment
    const seen = await this.engine.ask(`asking for the address of ${purpose}`, () => container.inspect())
    const [network] = Object.values(seen.NetworkSettings.Networks)
    if (network?.IPAddress) return network.IPAddress
    throw new EngineError(`The container for ${purpose} has no address: it ended at once, or has no network.`)
  }

  async disturbance(): Promise<string | undefined> {
    try {
      await this.#endCutOff()
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      if (error.status !== 404) return error.message
    }
    return this.#record.disturbance
  }

  async kill(): Promise<void> {
    this.#record.ours = true
    try {
      await removeContainer(this.engine, this.attachment.container, this.attachment.purpose)
    } finally {
      this.abandon()
    }
  }

  /** Lets go of its streams. @param reason why, for its fate, where that was not our wish */
  abandon(reason?: string): void {
    this.attachment.socket.destroy(reason === undefined ? undefined : new Error(reason))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill().catch(unlessInTrouble)
    await this.fate
  }

  /** One that runs without a network is of no use, and what happens in it says nothing about a client. */
  async #endCutOff(): Promise<void> {
    if (this.#record.ours) return
    const { container, purpose } = this.attachment
    const seen = await this.engine.ask(`looking at ${purpose}`, () => container.inspect())
    if (!seen.State.Running || Object.keys(seen.NetworkSettings.Networks).length > 0) return
    this.#record.disturbance ??= 'somebody took it off its network'
    await removeContainer(this.engine, container, purpose)
  }

  async #learn(streamEnded: Promise<string | undefined>): Promise<Fate> {
    const first = await Promise.race([
      streamEnded.then(() => 'stream'),
      this.#record.exited.then(() => 'news'),
    ])
    // What it last wrote is still on its way, or else the news are.
    if (first === 'news') await within(NEWS_MS, streamEnded)
    const { exited, missed } = this.#record
    // After news were missed, an exit code may be that of an engine that came back and cleaned up.
    const told = first === 'news' ? exited : Promise.race([missed.then(() => undefined), exited])
    const code = await within(NEWS_MS, told)
    const problem = first === 'stream' ? await streamEnded : undefined
    const { disturbance } = this.#record
    if (disturbance !== undefined) return { kind: 'lost', reason: disturbance }
    if (code !== undefined) return { kind: 'exited', code }
    return { kind: 'lost', reason: problem ?? 'the engine broke off its stream' }
  }
}

/** Ends it where it runs, and takes it away with its volumes. No error where it is gone or going. */
export async function removeContainer(
  engine: Engine,
  container: Docker.Container,
  purpose: string,
): Promise<void> {
  const remove = () =>
    engine.ask(`removing the container for ${purpose}`, () => container.remove({ force: true, v: true }))
  const unlessGone = (error: unknown) => {
    if (!(error instanceof EngineError) || ![404, 409].includes(error.status ?? 0)) throw error
  }
  await remove().catch((error: unknown) => {
    // It may be back, and may have done it or not.
    return error instanceof BrokeOff ? remove().catch(unlessGone) : unlessGone(error)
  })
}

/** For the end of a run: what an engine in trouble keeps of it ends by itself, and the next run sweeps it. */
export function unlessInTrouble(error: unknown): void {
  if (!(error instanceof EngineError) || (error.status ?? 500) < 500) throw error
}

/** Undefined where it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController()
  const late = pause(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    stop.abort()
  }
}
