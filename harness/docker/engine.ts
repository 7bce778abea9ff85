/** The engine: dockerode with a deadline on every question, typed errors, and containers that cannot outlive us. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { EngineAddress } from './address.js'
import { connect, newDocker, type Connection } from './connection.js'
import { attach } from './attach.js'
import { LiveContainer, removeContainer, unlessInTrouble } from './container.js'
import type { AttachedContainer, ContainerWanted, Engine, Role } from './contract.js'
import { BrokeOff, engineError, goneError, isRefused, Late, silentError } from './engine-words.js'
import { containerOptions, SIGN } from './hardening.js'
import { EVENTS, News } from './news.js'
import { LABELS, ownLabels } from './owner.js'

export interface EngineOptions {
  /** Seconds after which containers end, whatever becomes of us. */
  readonly lifetime: number
  /** Seconds for a question, where the question itself names none. */
  readonly deadline?: number
}

const DEADLINE = 30
/** Seconds for an engine that has answered before to come back: a daemon that is started again takes less. */
const RETURN = 40
/** Seconds in which an engine that lives says so, whatever else it is doing. */
const PULSE = 5
/** Seconds for one that is known to be silent: whoever ends a run has several questions. */
const SILENT = 1
const AGAIN_MS = 200
const SECOND_MS = 1000

/** @throws EngineError where no engine answers at the address */
export async function openEngine(address: EngineAddress, options: EngineOptions): Promise<LiveEngine> {
  const connection = await connect(address)
  const engine = new LiveEngine(connection, options)
  try {
    await engine.ask('saying hello', hello, 10)
    return engine
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
}

export class LiveEngine implements Engine {
  readonly runId = randomBytes(8).toString('hex')
  readonly #docker: Docker
  readonly #news: News
  readonly #live = new Set<LiveContainer>()
  #heard = false
  /** When it was first found gone, in milliseconds; undefined while it is there. */
  #goneSince: number | undefined
  /** It takes questions and answers none. */
  #silent = false
  #closed = false

  constructor(
    private readonly connection: Connection,
    private readonly options: EngineOptions,
  ) {
    this.#docker = newDocker(connection.options)
    // Those of networks have no labels.
    const filters = { event: EVENTS }
    this.#news = new News(() =>
      this.ask('listening to its events', (docker) => docker.getEvents({ filters })),
    )
  }

  get address(): string {
    return this.connection.shown
  }

  async ask<T>(
    what: string,
    question: (docker: Docker) => Promise<T>,
    seconds: number = this.options.deadline ?? DEADLINE,
  ): Promise<T> {
    for (;;) {
      try {
        const answer = await this.#answer(question, this.#silent ? Math.min(seconds, SILENT) : seconds)
        this.#hear()
        return answer
      } catch (error) {
        const failure = engineError(error, what, this.address)
        if (failure.status !== undefined) this.#hear()
        if (error instanceof Late && this.#heard) await this.#feelPulse()
        if (this.#silent) throw silentError(this.address)
        if (!isRefused(error) || !this.#heard || this.#closed) throw failure
        if (!this.#mayReturn()) throw goneError(error, this.address, RETURN)
        await pause(AGAIN_MS)
      }
    }
  }

  /** How often it went away, or ended a container without being told to by us: then no cell is to blame for what was lost. */
  get interruptions(): number {
    return this.#news.interruptions
  }

  labels(role: Role): Record<string, string> {
    return ownLabels({ runId: this.runId, role, now: new Date(), lifetime: this.options.lifetime })
  }

  async start(wanted: ContainerWanted): Promise<AttachedContainer> {
    const until = Date.now() + RETURN * SECOND_MS
    for (;;) {
      const before = this.interruptions
      try {
        await this.#news.listen()
        return await this.#start(wanted)
      } catch (error) {
        // One that breaks off in the middle is being started anew, and may have forgotten what it had begun.
        if (!(error instanceof BrokeOff) && this.interruptions === before) throw error
        if (this.#silent || this.#closed || !this.#mayReturn() || Date.now() > until) throw error
        await pause(AGAIN_MS)
      }
    }
  }

  /** Whatever of this run is still there. An engine in trouble keeps it for the next run's sweep. */
  async removeContainers(): Promise<void> {
    const filters = { label: [`${LABELS.run}=${this.runId}`] }
    try {
      const left = await this.ask('listing containers', (docker) =>
        docker.listContainers({ all: true, filters }),
      )
      const removals = left.map(({ Id }) => removeContainer(this, this.#docker.getContainer(Id), 'this run'))
      await Promise.all(removals)
    } catch (error) {
      unlessInTrouble(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#news[Symbol.dispose]()
    for (const live of this.#live) live.abandon()
    await this.connection[Symbol.asyncDispose]()
  }

  async #answer<T>(question: (docker: Docker) => Promise<T>, seconds: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Late(`no answer within ${seconds} s`)), seconds * SECOND_MS)
    })
    try {
      return await Promise.race([question(this.#docker), late])
    } finally {
      clearTimeout(timer)
    }
  }

  #hear(): void {
    this.#heard = true
    this.#goneSince = undefined
    this.#silent = false
  }

  /** Whether one that is gone is worth waiting for; the time counts for all who wait together. */
  #mayReturn(): boolean {
    this.#goneSince ??= Date.now()
    return Date.now() - this.#goneSince < RETURN * SECOND_MS
  }

  /** After one question without an answer: is it that question, or all? What is silent is not to hold up the end of a run. */
  async #feelPulse(): Promise<void> {
    if (this.#silent) return
    this.#silent = await this.#answer(hello, Math.min(PULSE, this.options.deadline ?? PULSE)).then(
      () => false,
      () => true,
    )
    if (this.#silent) for (const live of this.#live) live.abandon('the engine does not answer')
  }

  async #start(wanted: ContainerWanted): Promise<LiveContainer> {
    const { purpose } = wanted
    const options = containerOptions(wanted, this.labels(wanted.role), this.options.lifetime)
    const container = await this.ask(`creating the container for ${purpose}`, (docker) =>
      docker.createContainer(options),
    )
    let live: LiveContainer | undefined
    try {
      live = this.#adopt(container, await this.#attach(container.id, purpose), purpose)
      await this.ask(`starting the container for ${purpose}`, () => container.start())
      live.stdin.write(SIGN)
      return live
    } catch (error) {
      live?.abandon()
      await removeContainer(this, container, purpose).catch(() => undefined)
      throw error
    }
  }

  #adopt(container: Docker.Container, socket: Duplex, purpose: string): LiveContainer {
    const record = this.#news.record(container.id)
    const live = new LiveContainer(this, { container, socket, record, purpose })
    this.#live.add(live)
    void this.#forgetAtItsEnd(live)
    return live
  }

  async #forgetAtItsEnd(live: LiveContainer): Promise<void> {
    await live.fate
    this.#live.delete(live)
    this.#news.forget(live.id)
  }

  /** One that comes too late is let go of: this process would never end. */
  async #attach(container: string, purpose: string): Promise<Duplex> {
    let isLate = false
    const attaching = async () => {
      const socket = await attach(this.connection.options, container)
      if (isLate) socket.destroy()
      return socket
    }
    try {
      return await this.ask(`attaching to the container for ${purpose}`, attaching)
    } catch (error) {
      isLate = true
      throw error
    }
  }
}

async function hello(docker: Docker): Promise<void> {
  const answer: unknown = await docker.ping()
  if (String(answer) !== 'OK') throw new Error('what answers there is no Docker engine')
}
