/** One server's process, driven through the supervisor. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../core/protocol.js'
import { EnvironmentError } from '../core/runtime.js'
import { Session } from './session.js'
import type { Exit, SupervisorProcess } from './supervisor-process.js'
import type { Order } from './supervisor-protocol.js'

type Start = Extract<Order, { kind: 'start' }>

const PATIENCE_MS = 30_000
/** A postmaster that lives and is silent for this long is killed: somebody may have stopped it. */
const HANGING_MS = 6000
/** A refusal comes at once; what takes longer is silence. */
const REFUSAL_MS = 1000
const STARTS = 3
const LOGIN = { login: 3000, statement: 60_000 }

export class RemotePostmaster {
  /** How it ended; undefined while it runs. */
  #exit: Exit | undefined = { how: 'not started', log: '' }
  #stopped = false

  constructor(
    private readonly supervisor: SupervisorProcess,
    private readonly order: Start,
    onExit: () => void,
  ) {
    supervisor.onExit(order.server, (exit) => {
      this.#exit = exit
      if (!this.#stopped) onExit()
    })
  }

  /**
   * A session with a server that answers logins, started where it does not run.
   * @throws EnvironmentError where it does not come up
   */
  async answering(endpoint: Endpoint): Promise<Session> {
    const begin = Date.now()
    let heardAt = begin
    for (let starts = 0; ;) {
      if (this.#exit && starts++ === STARTS) throw this.#failure(`it ended (${this.#exit.how})`)
      await this.#assureStarted()
      const askedAt = Date.now()
      const session = await Session.open(endpoint, LOGIN).catch((error: unknown) => String(error))
      if (typeof session !== 'string') return session
      const now = Date.now()
      if (now - begin > PATIENCE_MS) throw this.#failure(`it answers no login (${session})`)
      if (now - askedAt < REFUSAL_MS) heardAt = now
      if (now - heardAt > HANGING_MS) {
        await this.kill()
        heardAt = Date.now()
      }
      await pause(10)
    }
  }

  /** Kills every process of the server; it stays down until somebody asks for an answering one. */
  kill(): Promise<void> {
    return this.supervisor.request({ kind: 'kill', server: this.order.server })
  }

  stop(): Promise<void> {
    this.#stopped = true
    return this.supervisor.request({ kind: 'stop', server: this.order.server })
  }

  async #assureStarted(): Promise<void> {
    if (this.#stopped) throw this.#failure('it was told to stop')
    this.supervisor.assureAlive()
    if (!this.#exit) return
    this.#exit = undefined
    await this.supervisor.request(this.order)
  }

  #failure(what: string): EnvironmentError {
    const log = this.#exit?.log ? `\nThe end of its log:\n${this.#exit.log}` : ''
    return new EnvironmentError(`PostgreSQL ${this.order.server} does not run: ${what}.${log}`)
  }
}
