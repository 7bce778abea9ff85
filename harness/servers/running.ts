/** One server that answers logins, and is brought back when it stops doing so. */
import type { Login, Profile, Server } from '../core/matrix.js'
import type { Deed, DeedResult, Endpoint, Surroundings } from '../core/protocol.js'
import {
  ConnectionLost,
  EnvironmentError,
  type ProbeDatabase,
  type Row,
  type RunningServer,
} from '../core/runtime.js'
import { answering } from './answering.js'
import { caughtUp, promote, run } from './copy.js'
import { openDatabase, type Host } from './database.js'
import { Front } from './front.js'
import { hasCopies, profileRoles, surroundings, type Equipment, type NetworkDoor } from './profile.js'
import { CREATE_ROLE, PROBE_ROLE } from './reset-sql.js'
import type { CopyName, ServerProcess } from './server-process.js'
import type { Session } from './session.js'

export interface Identity {
  readonly server: Server
  readonly equipment: Equipment
  readonly runId: string
}

const QUICK = { login: 3000, statement: 3000 }

export class LiveServer implements RunningServer, Host {
  readonly server: Server
  readonly runId: string
  readonly #equipment: Equipment
  readonly #copies = new Map<CopyName, ServerProcess>()
  #pooled: NetworkDoor | undefined
  #front: Front | undefined
  /** The primary is gone for good: what is left serves until `renew`. */
  #spent = false
  #versionNum = 0
  #incarnation = 0
  /** The watching connection: it breaks whenever the server loses its sessions. */
  #watch: Session | undefined
  #recovery: Promise<void> | undefined
  #disposed = false

  private constructor(
    private readonly process: ServerProcess,
    { server, equipment, runId }: Identity,
  ) {
    this.server = server
    this.#equipment = equipment
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

  get profile(): Profile {
    return this.#equipment.profile
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
    if (this.#spent) return
    try {
      // A login goes through the postmaster, which first deals with the children it lost; then the watch knows as well.
      await using fresh = await this.process.login('postgres', QUICK)
      await fresh.rows('select 1')
      for (const copy of this.#copies.values())
        await (await copy.login('postgres', QUICK))[Symbol.asyncDispose]()
      await this.admin('select 1')
      await this.#front?.answer()
    } catch {
      await this.#recover()
    }
  }

  openDatabase(name: string): Promise<ProbeDatabase> {
    return openDatabase(this, name)
  }

  login(database: string): Promise<Session> {
    return (this.#spent ? this.#copy('standby') : this.process).login(database)
  }

  endpoint(database: string): Endpoint {
    const { host, port } = this.#front?.door ?? this.process
    return { host, port, user: PROBE_ROLE, database }
  }

  apart(database: string, work: () => Promise<void>): Promise<void> {
    return this.#front ? this.#front.apart(database, work) : work()
  }

  surroundings(database: string, login: Login): Surroundings {
    const { network } = this.process
    const doors = { network: this.#pooled ?? network, standby: this.#copies.get('standby')?.network }
    return surroundings(this.#equipment, doors, { database, login })
  }

  async perform(deed: Deed): Promise<DeedResult> {
    return deed === 'fail_over' ? this.#failOver() : this.#restoreBackup()
  }

  async renew(): Promise<boolean> {
    if (!this.#spent) return false
    await this.process.kill()
    await this.#connect()
    this.#spent = false
    return true
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
    await this.#front?.[Symbol.asyncDispose]()
    await this.#removeCopies().catch(() => undefined)
    // Where whoever runs the process is gone, so is the server.
    await this.process.stop().catch(() => undefined)
  }

  #lose(): void {
    // While it is being started for the first time there is nothing to lose.
    if (this.#disposed || this.#spent || !this.#watch) return
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
    await watch.rows(`${CREATE_ROLE};${profileRoles(this.#equipment)}`)
    await this.#removeCopies()
    if (hasCopies(this.#equipment)) {
      await this.#startCopy('standby', watch)
      await caughtUp(watch)
    }
    this.#pooled = await this.process.pool()
    await this.#openFront()
    this.#watch = watch
  }

  async #openFront(): Promise<void> {
    await this.#front?.[Symbol.asyncDispose]()
    const door = await this.process.front()
    this.#front = door && (await Front.open(door))
    this.#front?.onLost(() => this.#lose())
  }

  async #startCopy(name: CopyName, primary: Session): Promise<ServerProcess> {
    await this.#copies.get(name)?.stop()
    const copy = await this.process.beside(name, primary)
    this.#copies.set(name, copy)
    await (await answering(copy))[Symbol.asyncDispose]()
    return copy
  }

  async #removeCopies(): Promise<void> {
    for (const copy of this.#copies.values()) await copy.stop()
    this.#copies.clear()
  }

  #copy(name: CopyName): ServerProcess {
    const copy = this.#copies.get(name)
    if (!copy) throw new EnvironmentError(`PostgreSQL ${this.server.id} has no ${name}.`)
    return copy
  }

  /** The primary ends without a word to its clients, and the standby takes its place. */
  async #failOver(): Promise<DeedResult> {
    const primary = this.#watch
    if (!primary || this.#spent)
      throw new EnvironmentError(`PostgreSQL ${this.server.id} has failed over already.`)
    await caughtUp(primary)
    this.#spent = true
    await run(primary, 'kill -QUIT "$(head -n 1 postmaster.pid)"').catch((error: unknown) => {
      if (!(error instanceof ConnectionLost)) throw error
    })
    await using standby = await this.#copy('standby').login('postgres')
    await promote(standby, this.major)
    return {}
  }

  async #restoreBackup(): Promise<DeedResult> {
    if (!this.#watch || this.#spent)
      throw new EnvironmentError(`PostgreSQL ${this.server.id} has failed over.`)
    const { network } = await this.#startCopy('restored', this.#watch)
    return { host: network.host, port: network.port }
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
