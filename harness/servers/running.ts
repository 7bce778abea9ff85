/** One embedded server that answers logins, and is brought back when it stops doing so. */
import type { Server } from '../core/matrix.js'
import type { Endpoint } from '../core/protocol.js'
import { EnvironmentError, type ProbeDatabase, type Row, type RunningServer } from '../core/runtime.js'
import { openDatabase, type Host } from './database.js'
import { RemotePostmaster } from './remote-postmaster.js'
import { CREATE_ROLE } from './reset-sql.js'
import { Session } from './session.js'
import type { SupervisorProcess } from './supervisor-process.js'
import type { Order } from './supervisor-protocol.js'

export interface EmbeddedOptions {
  readonly server: Server
  readonly runId: string
  /** Folder of its Unix socket. */
  readonly socketFolder: string
  readonly order: Extract<Order, { kind: 'start' }>
}

const QUICK = { login: 3000, statement: 3000 }

export class EmbeddedServer implements RunningServer, Host {
  readonly server: Server
  readonly runId: string
  readonly endpoint: Endpoint
  readonly #postmaster: RemotePostmaster
  #versionNum = 0
  #incarnation = 0
  /** The watching connection: it breaks whenever the server loses its sessions. */
  #watch: Session | undefined
  #recovery: Promise<void> | undefined
  #disposed = false

  private constructor(supervisor: SupervisorProcess, options: EmbeddedOptions) {
    this.server = options.server
    this.runId = options.runId
    this.endpoint = { host: options.socketFolder, port: 5432, user: 'postgres', database: 'postgres' }
    this.#postmaster = new RemotePostmaster(supervisor, options.order, () => this.#lose())
  }

  /** @throws EnvironmentError where it does not come up, or is another release than the matrix says */
  static async start(supervisor: SupervisorProcess, options: EmbeddedOptions): Promise<EmbeddedServer> {
    const server = new EmbeddedServer(supervisor, options)
    await server.#connect()
    await server.#identify()
    await server.admin(CREATE_ROLE)
    return server
  }

  get versionNum(): number {
    return this.#versionNum
  }

  get incarnation(): number {
    return this.#incarnation
  }

  get major(): number {
    return this.server.major
  }

  async settled(): Promise<void> {
    if (this.#recovery) return this.#recovery
    try {
      // A login goes through the postmaster, which first deals with the children it lost; then the watch knows as well.
      await using fresh = await Session.open(this.endpoint, QUICK)
      await fresh.rows('select 1')
      await this.admin('select 1')
    } catch {
      await this.#recover()
    }
  }

  openDatabase(name: string): Promise<ProbeDatabase> {
    return openDatabase(this, name)
  }

  async admin(sql: string): Promise<readonly Row[]> {
    await this.#recovery
    if (!this.#watch) throw new EnvironmentError(`PostgreSQL ${this.server.id} is not running.`)
    return this.#watch.rows(sql)
  }

  async restart(): Promise<void> {
    await this.#postmaster.kill()
    await this.settled()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#watch?.[Symbol.asyncDispose]()
    // Where the supervisor is gone, so is the server.
    await this.#postmaster.stop().catch(() => undefined)
  }

  #lose(): void {
    // While it is being started for the first time there is nothing to lose.
    if (this.#disposed || !this.#watch) return
    // Whoever needs the server meets the failure in settled().
    void this.#recover().catch(() => undefined)
  }

  #recover(): Promise<void> {
    if (this.#recovery) return this.#recovery
    this.#incarnation += 1
    this.#recovery = this.#connect().finally(() => (this.#recovery = undefined))
    return this.#recovery
  }

  async #connect(): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]()
    const watch = await this.#postmaster.answering(this.endpoint)
    watch.onLost(() => this.#lose())
    this.#watch = watch
  }

  async #identify(): Promise<void> {
    const [row] = await this.admin(
      "select current_setting('server_version'), current_setting('server_version_num')",
    )
    const found = row?.[0]?.split(' ')[0]
    this.#versionNum = Number(row?.[1])
    if (found === this.server.version) return
    throw new EnvironmentError(
      `PostgreSQL ${this.server.id}: the matrix says ${this.server.version}, the binaries answer as ${found}. Correct matrix/servers.yaml.`,
    )
  }
}
