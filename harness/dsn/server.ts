/** A running server of somebody else's as the run sees it: one schema of ours in the database that we were given. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import path from 'node:path'
import type { Profile, Server } from '../core/matrix.js'
import type { DeedResult, Endpoint, Surroundings } from '../core/protocol.js'
import {
  EnvironmentError,
  ServerGone,
  SqlError,
  UsageError,
  type ProbeDatabase,
  type ResetOptions,
  type Row,
  type RunningServer,
} from '../core/runtime.js'
import { DEADLINES, Session } from '../servers/session.js'
import { PORT } from '../servers/settings.js'
import type { ForeignAddress } from './address.js'
import { Claim, takenText } from './claim.js'
import { Door } from './door.js'
import {
  AS_AT_LOGIN,
  extensionSql,
  IDENTITY,
  INHABITANTS,
  markSql,
  REMOVE,
  RESET,
  SCHEMA,
  settingSql,
  type Settings,
} from './schema-sql.js'

const NOTHING: Surroundings = { values: {}, files: {}, deeds: [] }
const PATIENCE_MS = 30_000
/** How often a server is asked whether it keeps settings. */
const LOOKS = 20
const DOORS = ['recipes', 'harness'] as const
const RUN_ID_BYTES = 12
const RUN_ID = new RegExp(`^[0-9a-f]{${2 * RUN_ID_BYTES}}$`)
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
  readonly runId = randomBytes(RUN_ID_BYTES).toString('hex')
  server: Server
  versionNum = 0
  build = ''
  #incarnation = 0
  #takesSettings = true
  #nonce = ''
  /** Undefined until the schema is ours. */
  #claim: Claim | undefined
  /** Once it is, nobody waits for it anew. */
  #gone: ServerGone | undefined
  /** That of recipes, which may be cleared, and our own. */
  #doors: readonly Door[] = []

  private constructor(private readonly options: ForeignOptions) {
    this.server = serverOf(options.name, '0', 0)
  }

  /** @throws EnvironmentError where it does not answer or another run is at work there, UsageError where its database is somebody's */
  static async connect(options: ForeignOptions): Promise<ForeignServer> {
    const foreign = new ForeignServer(options)
    try {
      await foreign.#openDoors(true)
      const { server, runId } = foreign
      foreign.#claim = await Claim.take({ id: server.id, runId, logIn: () => foreign.logIn() })
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
    if (this.#gone) throw this.#gone
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        await using session = await this.logIn()
        await session.rows('select 1')
        return
      } catch (error) {
        this.#incarnation += 1
        if (Date.now() > until) throw (this.#gone = goneError(this.server, error))
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

  /** The sessions of recipes end, and later ones carry the nonce. @throws ServerGone where another run is at work here */
  async renew(nonce: string, session: Session): Promise<void> {
    this.#nonce = nonce
    await this.#doors[0]?.endSessions()
    await this.#claim?.keep(session)
  }

  /** What makes a session of ours as it began: where a server takes no settings at a login, all sessions may share one backend. */
  asAtLogin(): readonly string[] {
    return this.#takesSettings ? [] : [AS_AT_LOGIN, settingSql(this.#settings('harness'))]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#removeSchema().catch(() => undefined)
    await this.#claim?.[Symbol.asyncDispose]()
    await this.#closeDoors()
  }

  #folder(door: DoorName): string {
    return path.join(this.options.folder, this.options.name, door)
  }

  async #closeDoors(): Promise<void> {
    for (const door of this.#doors) await door[Symbol.asyncDispose]()
    this.#doors = []
  }

  #settings(door: DoorName): Settings {
    return {
      search_path: `${SCHEMA},public`,
      'pgmatrix.run_id': this.runId,
      'pgmatrix.nonce': this.#nonce,
      // Our sessions ask for these at their login as well, where they may not be heard.
      ...(door === 'harness' && DEADLINES),
    }
  }

  /** Poolers and some compatible servers take no settings at a login. */
  async #openDoors(takesSettings: boolean): Promise<void> {
    const { target } = this.options
    this.#takesSettings = takesSettings
    const doors = DOORS.map((door) =>
      Door.open({ folder: this.#folder(door), target, takesSettings, settings: () => this.#settings(door) }),
    )
    this.#doors = await Promise.all(doors)
    const seen = await this.#settingsSeen(takesSettings ? 1 : LOOKS).catch((error: unknown) => {
      if (!takesSettings)
        throw new EnvironmentError(`The server dsn:${this.options.name} lets nobody in: ${String(error)}`)
      return undefined
    })
    if (seen === this.runId) return
    if (!takesSettings) {
      // One backend that all share, and somebody else has set it since.
      if (seen && RUN_ID.test(seen)) throw new EnvironmentError(takenText(this.server.id))
      throw new EnvironmentError(`The server dsn:${this.options.name} keeps no settings of a session`)
    }
    await this.#closeDoors()
    await this.#openDoors(false)
  }

  /** Another run on the only backend takes all settings back before each of its recipes: what is not seen may be seen at another look. */
  async #settingsSeen(looks: number): Promise<string | undefined> {
    await using session = await this.logIn()
    const [row] = await session.rows("select current_setting('pgmatrix.run_id', true)")
    if (row?.[0]) return row[0]
    return looks === 1 ? undefined : this.#settingsSeen(looks - 1)
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
    if (!this.#claim) return
    await using session = await this.logIn()
    await this.#claim.keep(session)
    await session.rows(REMOVE)
  }
}

function goneError({ id }: Server, error: unknown): ServerGone {
  const said = error instanceof Error ? error.message : String(error)
  return new ServerGone(`The server ${id} has not answered for ${PATIENCE_MS / 1000} s: ${said}.`)
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
    await this.foreign.renew(nonce, this.session)
    await this.rows(RESET)
    await this.session.rows(markSql(`${this.foreign.runId} ${nonce}`))
    for (const name of extensions) await this.session.rows(extensionSql(name))
    for (const sql of setup) await this.session.rows(sql)
  }

  async rows(sql: string): Promise<readonly Row[]> {
    for (const one of this.foreign.asAtLogin()) await this.session.rows(one)
    return this.session.rows(sql)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]()
  }
}
