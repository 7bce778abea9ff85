/** PgBouncer in transaction mode as the only way for clients into a server. The harness itself has its own beside it. */
import type { Pooler } from '../core/matrix.js'
import { SqlError } from '../core/runtime.js'
import { tracking } from './pooler.js'
import { PROBE_ROLE } from './reset-sql.js'
import { Session } from './session.js'
import { PORT } from './settings.js'

export interface FrontConfig {
  readonly pooler: Pooler
  readonly version: string
  /** Of its Unix socket. */
  readonly folder: string
  /** The server behind it: socket folder or host. */
  readonly host: string
  readonly serverPort: number
}

/** Of its console alone: no role of the server. */
const CONSOLE_USER = 'pgmatrix'

/** Its own defaults but for what makes it transaction mode, and for the following. Name to text. */
export function frontFiles({
  pooler,
  version,
  folder,
  host,
  serverPort,
}: FrontConfig): Record<string, string> {
  const ini = [
    '[databases]',
    `* = host=${host} port=${serverPort}`,
    '[pgbouncer]',
    // As the server itself: whoever can enter the folder may log in, and there is no network.
    'listen_addr =',
    `listen_port = ${PORT}`,
    `unix_socket_dir = ${folder}`,
    'auth_type = trust',
    'auth_file = users.txt',
    `admin_users = ${CONSOLE_USER}`,
    'pool_mode = transaction',
    // On a quiet pool a client gets the connection that it gave back, and all that should not outlive a transaction seems to: see Front.
    'server_round_robin = 1',
    // Shared by the clients of all lanes; the connections of each to the server are 20 at most, as by default.
    'max_client_conn = 1000',
    // After a login that a reset cut short it would wait for 15 s.
    'server_login_retry = 0.05',
    'log_connections = 0',
    'log_disconnections = 0',
    ...tracking(pooler, version),
    '',
  ]
  const users = [PROBE_ROLE, CONSOLE_USER].map((name) => `"${name}" ""\n`)
  return { 'pgbouncer.ini': ini.join('\n'), 'users.txt': users.join('') }
}

/** Folder of its Unix socket, or a host. */
export interface FrontDoor {
  readonly host: string
  readonly port: number
}

/**
 * Connections to the server that take turns: each transaction runs on another one than the six before it, as if other clients were busy.
 * A prime, so that what comes back every second or third transaction is not met again. More than the five sessions that recipes open at
 * once, so that it is not chance whether each of them meets its own again: one of them cannot. And few, since what one session leaves
 * behind is a trap for the others.
 */
const TURNS = 7

/** Startup parameters as it takes them: it refuses the deadlines of other sessions. Not left out, since PGOPTIONS would take its place. */
const options = '-c standard_conforming_strings=on'

export class Front implements AsyncDisposable {
  private constructor(
    readonly door: FrontDoor,
    private readonly console: Session,
  ) {}

  /** @throws ConnectionLost, SqlError */
  static async open(door: FrontDoor): Promise<Front> {
    return new Front(
      door,
      await Session.open({ ...door, user: CONSOLE_USER, database: 'pgbouncer', options }),
    )
  }

  /** Calls back once when it is gone. */
  onLost(callback: () => void): void {
    this.console.onLost(callback)
  }

  /** @throws ConnectionLost */
  async answer(): Promise<void> {
    await this.console.rows('show version')
  }

  /** See Host. Where the server itself ends a connection that logs in, PgBouncer refuses the next clients, with that error. */
  async apart(database: string, work: () => Promise<void>): Promise<void> {
    const known = await this.#knows(`kill ${database}`)
    try {
      await work()
    } finally {
      if (known) await this.console.rows(`resume ${database}`)
    }
    await this.#takeTurns(database)
  }

  /** It hears of a database from the first client of it. */
  async #knows(command: string): Promise<boolean> {
    try {
      await this.console.rows(command)
      return true
    } catch (error) {
      if (error instanceof SqlError && error.message.startsWith('no such database')) return false
      throw error
    }
  }

  /** As many connections to the server as there are transactions at once. */
  async #takeTurns(database: string): Promise<void> {
    const target = { ...this.door, user: PROBE_ROLE, database, options }
    const sessions = await Promise.all(Array.from({ length: TURNS }, () => Session.open(target)))
    await Promise.all(sessions.map((session) => session.begin()))
    await Promise.all(sessions.map((session) => session.rows('commit')))
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.console[Symbol.asyncDispose]()
  }
}
