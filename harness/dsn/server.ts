/** A running server of somebody else's as the run sees it: one schema of ours in the database that we were given. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import path from 'node:path'
import type { Profile, Server } from '../core/matrix.js'
import type { DeedResult, Endpoint, Surroundings } from '../core/protocol.js'
import {
  EnvironmentError,
  SqlError,
  UsageError,
  type ProbeDatabase,
  type ResetOptions,
  type Row,
  type RunningServer,
} from '../core/runtime.js'
import { Session } from '../servers/session.js'
import { PORT } from '../servers/settings.js'
import type { ForeignAddress } from './address.js'
import { Door } from './door.js'
import { extensionSql, IDENTITY, INHABITANTS, REMOVE, RESET, SCHEMA } from './schema-sql.js'

const NOTHING: Surroundings = { values: {}, files: {}, deeds: [] }
const PATIENCE_MS = 30_000
const DOORS = ['recipes', 'harness'] as const
type DoorName = (typeof DOORS)[number]

export interface ForeignOptions extends ForeignAddress {
  /** Closed to others; the door is made in it. */
  readonly folder: string
  /** Whether the database may hold what is not ours. */
  readonly mayBeUsed: boolean
}

export class ForeignServer implements RunningServer {
  readonly profile: Profile = 'plain'
  readonly interruptions = 0
  readonly runId = randomBytes(12).toString('hex')
  server: Server
  versionNum = 0
  build = ''
  #incarnation = 0
  #nonce = ''
  /** That of recipes, which may be cleared, and our own. */
  #doors: readonly Door[] = []

  private constructor(private readonly options: ForeignOptions) {
    this.server = serverOf(options.name, '0', 0)
  }

  /** @throws EnvironmentError where it does not answer, UsageError where its database is somebody's */
  static async connect(options: ForeignOptions): Promise<ForeignServer> {
    const foreign = new ForeignServer(options)
    try {
      await foreign.#openDoors(true)
      await foreign.#identify()
      return foreign
    } catch (error) {
      await foreign[Symbol.asyncDispose]()
      throw error
    }
  }

  get incarnation(): number {
    return this.#incarnation
  }

  async outOfMemory(): Promise<undefined> {}

  async settled(): Promise<void> {
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        await using session = await this.logIn()
        await session.rows('select 1')
        return
      } catch (error) {
        if (Date.now() > until)
          throw new EnvironmentError(`The server ${this.server.id} answers no more: ${String(error)}`)
        this.#incarnation += 1
        await pause(500)
      }
    }
  }

  async openDatabase(): Promise<ProbeDatabase> {
    return new ForeignDatabase(this, await this.logIn())
  }

  endpoint(door: DoorName = 'recipes'): Endpoint {
    const { user = '', database = '' } = this.options.target
    return { host: this.#folder(door), port: PORT, user, database }
  }

  logIn(): Promise<Session> {
    return Session.open(this.endpoint('harness'))
  }

  /** The sessions of recipes end, and later ones carry the nonce. */
  renew(nonce: string): void {
    this.#nonce = nonce
    this.#doors[0]?.closeSessions()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#removeSchema().catch(() => undefined)
    await this.#closeDoors()
  }

  #folder(door: DoorName): string {
    return path.join(this.options.folder, this.options.name, door)
  }

  async #closeDoors(): Promise<void> {
    for (const door of this.#doors) await door[Symbol.asyncDispose]()
    this.#doors = []
  }

  /** Poolers and some compatible servers take no settings at a login. */
  async #openDoors(takesSettings: boolean): Promise<void> {
    const { target } = this.options
    const settings = () => ({
      search_path: `${SCHEMA},public`,
      'pgmatrix.run_id': this.runId,
      'pgmatrix.nonce': this.#nonce,
    })
    const doors = DOORS.map((door) =>
      Door.open({ folder: this.#folder(door), target, takesSettings, settings }),
    )
    this.#doors = await Promise.all(doors)
    const seen = await this.#settingsSeen().catch((error: unknown) => {
      if (!takesSettings)
        throw new EnvironmentError(`The server dsn:${this.options.name} lets nobody in: ${String(error)}`)
      return undefined
    })
    if (seen === this.runId) return
    if (!takesSettings)
      throw new EnvironmentError(`The server dsn:${this.options.name} keeps no settings of a session`)
    await this.#closeDoors()
    await this.#openDoors(false)
  }

  async #settingsSeen(): Promise<string | undefined> {
    await using session = await this.logIn()
    const [row] = await session.rows("select current_setting('pgmatrix.run_id', true)")
    return row?.[0] ?? undefined
  }

  async #identify(): Promise<void> {
    await using session = await this.logIn()
    const inhabitants = await session.rows(INHABITANTS)
    if (inhabitants.length > 0 && !this.options.mayBeUsed)
      throw new UsageError(
        `The database of dsn:${this.options.name} is not empty (${inhabitants.flat().join(', ')}): name an empty one, or say --dsn-in-use`,
      )
    const [row] = await session.rows(IDENTITY)
    const [version = '', versionNum = '', build = ''] = (row ?? []).map((word) => word ?? '')
    this.versionNum = Number(versionNum)
    this.build = build
    this.server = serverOf(
      this.options.name,
      version.split(' ')[0] ?? version,
      Math.floor(this.versionNum / 10_000),
    )
  }

  async #removeSchema(): Promise<void> {
    if (this.versionNum === 0) return
    await using session = await this.logIn()
    await session.rows(REMOVE)
  }
}

function serverOf(name: string, version: string, major: number): Server {
  return { id: `dsn:${name}`, major, version, preview: false, image: undefined, binaries: {} }
}

class ForeignDatabase implements ProbeDatabase {
  constructor(
    private readonly foreign: ForeignServer,
    private readonly session: Session,
  ) {}

  get endpoint(): Endpoint {
    return this.foreign.endpoint()
  }

  surroundings(): Surroundings {
    return NOTHING
  }

  perform(): Promise<DeedResult> {
    return Promise.reject(new SqlError('this server is not ours to fail over or to copy', '0A000'))
  }

  async reset({ nonce, extensions, setup }: ResetOptions): Promise<void> {
    this.foreign.renew(nonce)
    await this.session.rows(RESET)
    for (const name of extensions) await this.session.rows(extensionSql(name))
    for (const sql of setup) await this.session.rows(sql)
  }

  rows(sql: string): Promise<readonly Row[]> {
    return this.session.rows(sql)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]()
  }
}
