/** An embedded server's process, driven through the supervisor. */
import { EnvironmentError } from '../core/runtime.js'
import { Session, type SessionOptions } from './session.js'
import type { Exit, ServerProcess } from './server-process.js'
import type { SupervisorProcess } from './supervisor-process.js'
import type { Order } from './supervisor-protocol.js'

export interface SupervisedOptions {
  /** Folder of its Unix socket. */
  readonly socketFolder: string
  readonly build: string
  readonly order: Extract<Order, { kind: 'start' }>
}

export class SupervisedServer implements ServerProcess {
  readonly host: string
  readonly port = 5432
  /** Without its supervisor there is no run. */
  readonly interruptions = 0
  readonly build: string
  readonly #order: SupervisedOptions['order']
  #exit: Exit | undefined = { how: 'not started', log: '' }
  #stopped = false
  #told = (): void => {}

  constructor(
    private readonly supervisor: SupervisorProcess,
    { socketFolder, build, order }: SupervisedOptions,
  ) {
    this.host = socketFolder
    this.build = build
    this.#order = order
    supervisor.onExit(order.server, (exit) => {
      this.#exit = exit
      if (!this.#stopped) this.#told()
    })
  }

  get name(): string {
    return this.#order.server
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  async start(): Promise<void> {
    if (this.#stopped)
      throw new EnvironmentError(`PostgreSQL ${this.name} does not run: it was told to stop.`)
    this.supervisor.assureAlive()
    if (!this.#exit) return
    this.#exit = undefined
    await this.supervisor.request(this.#order)
  }

  kill(): Promise<void> {
    return this.supervisor.request({ kind: 'kill', server: this.name })
  }

  stop(): Promise<void> {
    this.#stopped = true
    return this.supervisor.request({ kind: 'stop', server: this.name })
  }

  /** No limit is set on it. */
  async outOfMemory(): Promise<undefined> {}

  onExit(callback: () => void): void {
    this.#told = callback
  }

  login(database: string, options?: SessionOptions): Promise<Session> {
    return Session.open({ host: this.host, port: this.port, user: 'postgres', database }, options)
  }
}
