/** A database that one worker uses for its cells, and the harness's own connection to it. */
import type { Login } from '../core/matrix.js'
import type { Deed, DeedResult, Endpoint, Surroundings } from '../core/protocol.js'
import {
  DISK_FULL,
  ConnectionLost,
  SqlError,
  type ProbeDatabase,
  type ResetOptions,
  type Row,
} from '../core/runtime.js'
import {
  asOwner,
  createDatabaseSql,
  dropDatabaseSql,
  endSessionsSql,
  extensionSql,
  PREPARED_LEFT,
  PREPARED_SQL,
  resetSql,
  rollbackPreparedSql,
  SESSION_STAYS,
} from './reset-sql.js'
import type { Session } from './session.js'

/** What a database needs of its server. */
export interface Host {
  readonly major: number
  /** Where clients connect to a database. */
  endpoint(database: string): Endpoint
  /** A session of the superuser in a database. */
  login(database: string): Promise<Session>
  /** SQL in the superuser's own database. */
  admin(sql: string): Promise<readonly Row[]>
  /** See ProbeDatabase. */
  surroundings(database: string, login: Login): Surroundings
  perform(deed: Deed): Promise<DeedResult>
  /** Does the work while no client gets into the database; those that come afterwards meet no connection from before it. */
  apart(database: string, work: () => Promise<void>): Promise<void>
  /** Makes a server new that a deed has used up; whether it was: then its databases are gone. */
  renew(): Promise<boolean>
  /** Kills the server's processes and starts it again: the last resort against a session that ignores its termination. */
  restart(): Promise<void>
}

/** SQLSTATEs of a reset that succeeds when it is tried again: lock timeout, deadlock, "tuple concurrently updated". */
const PASSING: readonly string[] = ['55P03', '40P01', 'XX000']
const TRIES = 4

/** A fresh database; one of this name that an earlier owner lost is dropped. */
export async function openDatabase(host: Host, name: string): Promise<ProbeDatabase> {
  await makeDatabase(host, name)
  return new LiveDatabase(host, await host.login(name), host.endpoint(name))
}

async function makeDatabase(host: Host, name: string): Promise<void> {
  await dropDatabase(host, name)
  await host.admin(createDatabaseSql(name, host.major))
}

async function dropDatabase(host: Host, name: string): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    await host.admin(endSessionsSql(name))
    try {
      await host.admin(dropDatabaseSql(name))
      return
    } catch (error) {
      // 55006: in use; an ended session takes a moment to go.
      if (!(error instanceof SqlError) || error.sqlstate !== '55006' || left === 1) throw error
    }
  }
}

class LiveDatabase implements ProbeDatabase {
  constructor(
    private readonly host: Host,
    private session: Session,
    readonly endpoint: Endpoint,
  ) {}

  async reset(options: ResetOptions): Promise<void> {
    if (await this.host.renew()) await this.#makeAnew()
    await this.host.apart(this.endpoint.database, () => this.#prepare(options))
  }

  async #prepare({ nonce, extensions, setup }: ResetOptions): Promise<void> {
    await this.#clean(nonce)
    for (const name of extensions) await this.rows(extensionSql(name))
    for (const sql of setup) await this.#asOwner(sql)
  }

  surroundings(login: Login): Surroundings {
    return this.host.surroundings(this.endpoint.database, login)
  }

  async perform(deed: Deed): Promise<DeedResult> {
    const result = await this.host.perform(deed)
    // The witness asks whoever is the primary now.
    if (this.session.lost || deed === 'fail_over') await this.#logInAgain()
    return result
  }

  rows(sql: string): Promise<readonly Row[]> {
    return this.session.rows(sql)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (!this.session.lost) await this.#rollBackPrepared()
      await this.session[Symbol.asyncDispose]()
      await dropDatabase(this.host, this.endpoint.database)
    } catch {
      // The server is gone or about to go, and the database with it.
    }
  }

  async #makeAnew(): Promise<void> {
    await makeDatabase(this.host, this.endpoint.database)
    await this.#logInAgain()
  }

  async #logInAgain(): Promise<void> {
    await this.session[Symbol.asyncDispose]()
    this.session = await this.host.login(this.endpoint.database)
  }

  async #clean(nonce: string): Promise<void> {
    for (let left = TRIES; ; left--) {
      const refusal = await this.#tryClean(nonce)
      if (!refusal) return
      if (refusal.sqlstate === SESSION_STAYS) return this.#giveUp()
      // Whoever runs the cell waits for room.
      if (refusal.sqlstate === DISK_FULL) throw refusal
      if (refusal.sqlstate === PREPARED_LEFT) await this.#rollBackPrepared()
      else if (left === 1 || !PASSING.includes(refusal.sqlstate))
        throw new Error(
          `Could not clean database ${this.endpoint.database}: ${refusal.message} (${refusal.sqlstate})`,
        )
    }
  }

  async #tryClean(nonce: string): Promise<SqlError | undefined> {
    try {
      await this.rows(resetSql(nonce))
      return undefined
    } catch (error) {
      if (error instanceof SqlError) return error
      throw error
    }
  }

  /** The caller has lost this database like one whose server crashed. */
  async #giveUp(): Promise<never> {
    await this.host.restart()
    throw new ConnectionLost('a session ignored its termination, so the server was started again')
  }

  async #rollBackPrepared(): Promise<void> {
    for (const [gid] of await this.rows(PREPARED_SQL)) if (gid) await this.rows(rollbackPreparedSql(gid))
  }

  async #asOwner(sql: string): Promise<void> {
    try {
      await this.rows(asOwner(sql))
    } catch (error) {
      // The setup may have committed the change of role before it failed.
      if (!this.session.lost) await this.rows('reset role')
      throw error
    }
  }
}
