/** What the engine tells of the containers of this run: which were killed for their memory or lost their network, which ended, and how. */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { z } from 'zod'

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
})

/** What is known of one container. */
export class ContainerNews {
  memoryKills = 0
  /** Whether we have it ended. */
  ours = false
  /** What somebody else had the engine do to it, the engine itself at its end among them: then it says nothing about what ran in it. */
  disturbance: string | undefined
  /** Resolves when it was taken off a network, as it also is at its end. */
  readonly cutOff: Promise<void>
  loseNetwork: () => void = () => {}
  /** Resolves with its exit code. */
  readonly exited: Promise<number>
  end: (code: number) => void = () => {}
  /** Resolves when the engine stops telling, so that the end may be missed; another promise when it tells again. */
  missed: Promise<void>
  miss: () => void = () => {}

  constructor() {
    this.exited = new Promise((resolve) => (this.end = resolve))
    this.cutOff = new Promise((resolve) => (this.loseNetwork = resolve))
    this.missed = this.hear()
  }

  hear(): Promise<void> {
    return (this.missed = new Promise((resolve) => (this.miss = resolve)))
  }
}

/** Asks for the engine's events of this run. */
export type Subscribe = () => Promise<NodeJS.ReadableStream>

export const EVENTS = ['oom', 'kill', 'die', 'disconnect']

/** Milliseconds until an engine that stopped telling is asked again, so that little is missed. */
const AGAIN_MS = 1000

export class News implements Disposable {
  readonly #records = new Map<string, ContainerNews>()
  #stream: Readable | undefined
  #beginning: Promise<void> | undefined
  #interruptions = 0
  #closed = false

  constructor(private readonly subscribe: Subscribe) {}

  /** How often the engine broke off, or killed a container without being told to by us. */
  get interruptions(): number {
    return this.#interruptions
  }

  /** Listens, also after an engine that was started again. */
  listen(): Promise<void> {
    if (this.#stream && !this.#stream.destroyed) return Promise.resolve()
    // Those who ask at the same time share one subscription: events would be counted twice.
    this.#beginning ??= this.#begin().finally(() => (this.#beginning = undefined))
    return this.#beginning
  }

  record(id: string): ContainerNews {
    const known = this.#records.get(id)
    if (known) return known
    const record = new ContainerNews()
    this.#records.set(id, record)
    return record
  }

  forget(id: string): void {
    this.#records.delete(id)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#stream?.destroy()
    // Nobody is to wait for what will not be told.
    for (const record of this.#records.values()) record.miss()
  }

  async #begin(): Promise<void> {
    const source = await this.subscribe()
    const stream = source instanceof Readable ? source : new Readable().wrap(source)
    this.#stream = stream
    for (const event of ['error', 'end']) stream.on(event, () => stream.destroy())
    stream.on('close', () => this.#breakOff())
    for (const record of this.#records.values()) void record.hear()
    if (this.#closed) stream.destroy()
    createInterface({ input: stream })
      .on('line', (line) => this.#hear(line))
      .on('error', () => {}) // the stream's own
  }

  #breakOff(): void {
    if (this.#closed) return
    this.#interruptions += 1
    for (const record of this.#records.values()) record.miss()
    // Where that fails, the start of the next container tries again.
    setTimeout(() => void this.listen().catch(() => undefined), AGAIN_MS).unref()
  }

  #hear(line: string): void {
    const event = eventSchema.safeParse(parsed(line))
    if (!event.success) return
    const { Action: action, Actor: actor } = event.data
    // Of a network, it is told which container it has lost.
    const record = this.#records.get(actor.Attributes.container ?? actor.ID)
    if (!record) return // somebody else's
    if (action === 'oom') record.memoryKills += 1
    if (action === 'disconnect') record.loseNetwork()
    if (action === 'kill' && !record.ours) {
      record.disturbance ??= `somebody had the engine send it signal ${actor.Attributes.signal}`
      this.#interruptions += 1
    }
    if (action === 'die') record.end(Number(actor.Attributes.exitCode))
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
