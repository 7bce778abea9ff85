/** One server that answers logins, and is brought back when it stops doing so. */
import type { Server } from '../core/matrix.js'
import type { Endpoint } from '../core/protocol.js'
import { EnvironmentError, type ProbeDatabase, type Row, type RunningServer } from '../core/runtime.js'
import { answering } from './answering.js'
import { openDatabase, type Host } from './database.js'
import { CREATE_ROLE, PROBE_ROLE } from './reset-sql.js'
import type { ServerProcess } from './server-process.js'
import type { Session } from './session.js'

export interface Identity {
  readonly server: Server
  readonly runId: string
}

const QUICK = { login: 3000, statement: 3000 }

export class LiveServer implements RunningServer, Host {
  readonly server: Server
  readonly runId: string
  #versionNum = 0
  #incarnation = 0
  /** The watching connection: it breaks whenever the server loses its sessions. */
  #watch: Session | undefined
  #recovery: Promise<void> | undefined
  #disposed = false

  private constructor(
    private readonly process: ServerProcess,
    { server, runId }: Identity,
  ) {
    this.server = server
    this.runId = runId
    process.onExit(() => this.#lose())
  }

  /**
   * Starts the process and waits for a login.
   * @throws EnvironmentError where it does not come up, or is not the one that the matrix and the run name
   */
  static async start(process: ServerProcess, identity: Identity): Promise<LiveServer> {
    const server = new LiveServer(process, identity)
    await server.#connect()
    await server.#identify()
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

  get build(): string {
    return this.process.build
  }

  get interruptions(): number {
    return this.process.interruptions
  }

  outOfMemory(): Promise<string | undefined> {
    return this.process.outOfMemory()
  }

  async settled(): Promise<void> {
    if (this.#recovery) return this.#recovery
    try {
      // A login goes through the postmaster, which first deals with the children it lost; then the watch knows as well.
      await using fresh = await this.process.login('postgres', QUICK)
      await fresh.rows('select 1')
      await this.admin('select 1')
    } catch {
      await this.#recover()
    }
  }

  openDatabase(name: string): Promise<ProbeDatabase> {
    return openDatabase(this, name)
  }

  login(database: string): Promise<Session> {
    return this.process.login(database)
  }

  endpoint(database: string): Endpoint {
    const { host, port } = this.process
    return { host, port, user: PROBE_ROLE, database }
  }

  async admin(sql: string): Promise<readonly Row[]> {
    await this.#recovery
    if (!this.#watch) throw new EnvironmentError(`PostgreSQL ${this.server.id} is not running.`)
    return this.#watch.rows(sql)
  }

  async restart(): Promise<void> {
    await this.process.kill()
    await this.settled()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#watch?.[Symbol.asyncDispose]()
    // Where whoever runs the process is gone, so is the server.
    await this.process.stop().catch(() => undefined)
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
    const watch = await answering(this.process)
    watch.onLost(() => this.#lose())
    // A server whose data lived no longer than its process is as new.
    await watch.rows(CREATE_ROLE)
    this.#watch = watch
  }

  async #identify(): Promise<void> {
    const [row] = await this.admin(
      "select current_setting('server_version'), current_setting('server_version_num'), current_setting('pgmatrix.run_id')",
    )
    const found = row?.[0]?.split(' ')[0]
    this.#versionNum = Number(row?.[1])
    const { id, version } = this.server
    if (found !== version)
      throw new EnvironmentError(
        `PostgreSQL ${id}: the matrix says ${version}, ${this.build} answers as ${found}. Correct matrix/servers.yaml.`,
      )
    if (row?.[2] !== this.runId)
      throw new EnvironmentError(`PostgreSQL ${id}: a server of another run answered. Run again.`)
  }
}
