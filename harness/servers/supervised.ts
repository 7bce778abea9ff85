/** An embedded server's process, driven through the supervisor. */
import path from 'node:path'
import { EnvironmentError } from '../core/runtime.js'
import { copyData } from './copy.js'
import type { FrontDoor } from './front.js'
import { listening } from './listening.js'
import type { NetworkDoor } from './profile.js'
import { Session, type SessionOptions } from './session.js'
import type { CopyName, Exit, ServerProcess } from './server-process.js'
import { PORT } from './settings.js'
import type { SupervisorProcess } from './supervisor-process.js'
import type { Order } from './supervisor-protocol.js'

export interface SupervisedOptions {
  /** Folder of its Unix socket. */
  readonly socketFolder: string
  readonly major: number
  readonly ports: Ports
  readonly build: string
  readonly order: Extract<Order, { kind: 'start' }>
  /** The pooler before it. */
  readonly pooler?: { readonly order: SupervisedOptions['order']; readonly port: number }
  /** That of all its clients. */
  readonly front?: { readonly order: SupervisedOptions['order']; readonly door: FrontDoor }
  /** A copy is of no use to anybody once it is stopped. */
  readonly copy?: boolean
}

/** Free ones of this machine; the plain profile has no port, only a socket that is named after one. */
export interface Ports extends Record<CopyName, number> {
  readonly own: number
  readonly pooler: number
}

export const NO_PORTS: Ports = { own: PORT, standby: PORT, restored: PORT, pooler: PORT }
/** What the certificate is for, and what it is not for. */
const NAMES = { host: 'localhost', wrongHost: '127.0.0.1' }

export class SupervisedServer implements ServerProcess {
  readonly host: string
  readonly port: number
  readonly network: NetworkDoor
  /** Without its supervisor there is no run. */
  readonly interruptions = 0
  readonly build: string
  #exit: Exit | undefined = { how: 'not started', log: '' }
  #stopped = false
  #told = (): void => {}

  constructor(
    private readonly supervisor: SupervisorProcess,
    private readonly options: SupervisedOptions,
  ) {
    const { socketFolder, ports, build, order } = options
    this.host = socketFolder
    this.port = ports.own
    this.network = { ...NAMES, port: ports.own }
    this.build = build
    supervisor.onExit(order.server, (exit) => {
      this.#exit = exit
      if (!this.#stopped) this.#told()
    })
  }

  get name(): string {
    return this.options.order.server
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
    await this.supervisor.request(this.options.order)
  }

  kill(): Promise<void> {
    return this.supervisor.request({ kind: 'kill', server: this.name })
  }

  stop(): Promise<void> {
    this.#stopped = true
    return this.supervisor.request({ kind: this.options.copy ? 'discard' : 'stop', server: this.name })
  }

  /** No limit is set on it. */
  async outOfMemory(): Promise<undefined> {}

  onExit(callback: () => void): void {
    this.#told = callback
  }

  async beside(name: CopyName, primary: Session): Promise<ServerProcess> {
    const { socketFolder, major, ports, order } = this.options
    const follows = name === 'standby' ? `host=${socketFolder} port=${ports.own} user=postgres` : undefined
    await copyData(primary, { major, name, port: ports[name], follows })
    return new SupervisedServer(this.supervisor, {
      ...this.options,
      ports: { ...ports, own: ports[name] },
      order: {
        ...order,
        server: `${order.server}-${name}`,
        template: path.join(socketFolder, name),
        files: {},
      },
      copy: true,
    })
  }

  async pool(): Promise<NetworkDoor | undefined> {
    const { pooler } = this.options
    if (!pooler) return undefined
    await this.supervisor.request(pooler.order)
    await listening({ host: '127.0.0.1', port: pooler.port })
    return { ...NAMES, port: pooler.port }
  }

  async front(): Promise<FrontDoor | undefined> {
    const { front } = this.options
    if (!front) return undefined
    const { order, door } = front
    // One that lived through the end of its server goes on refusing clients for a while.
    await this.supervisor.request({ kind: 'kill', server: order.server })
    await this.supervisor.request(order)
    await listening({ path: path.join(door.host, `.s.PGSQL.${door.port}`) })
    return door
  }

  login(database: string, options?: SessionOptions): Promise<Session> {
    return Session.open({ host: this.host, port: this.port, user: 'postgres', database }, options)
  }
}
