/** The harness's own connections, through node-postgres: values as PostgreSQL's text, one query at a time, every wait bounded. */
import { Client, DatabaseError, type ClientConfig, type QueryArrayResult } from 'pg'
import pLimit from 'p-limit'
import type { Endpoint } from '../core/protocol.js'
import { ConnectionLost, SqlError, type Row } from '../core/runtime.js'

export interface SessionOptions {
  /** Milliseconds for the login. */
  readonly login: number
  /** Milliseconds for one statement, as the server counts them; the client waits a little longer. */
  readonly statement: number
}

const PATIENT: SessionOptions = { login: 5000, statement: 20_000 }
/** No lock of somebody else's is worth more. */
const LOCK_MS = 3000
/** What a session sets at its login, for a server that takes no settings there. */
export const DEADLINES = { statement_timeout: String(PATIENT.statement), lock_timeout: String(LOCK_MS) }
const MARGIN_MS = 5000
const GOODBYE_MS = 2000

/** Where and as whom; `stream` gives the connection where it is not a plain socket's. */
export type SessionTarget = Endpoint & Pick<ClientConfig, 'password' | 'stream' | 'options'>

export class Session implements AsyncDisposable {
  readonly #client: Client
  readonly #turn = pLimit(1)
  readonly #losses: (() => void)[] = []
  #lost = false
  #closing = false

  private constructor(client: Client) {
    this.#client = client
    client.on('error', () => this.#lose())
    client.on('end', () => this.#lose())
  }

  /** @throws ConnectionLost, or SqlError where the server refuses the login for a reason that waiting does not change */
  static async open(target: SessionTarget, options: SessionOptions = PATIENT): Promise<Session> {
    const client = new Client({ ...OWN_WORDS, ...deadlines(options), ...target })
    const session = new Session(client)
    await client.connect().catch((error: unknown) => {
      void client.end().catch(() => undefined)
      throw translated(error)
    })
    return session
  }

  /**
   * Runs one or several statements and returns the rows of the last one. A transaction that they leave open is rolled back.
   * @throws SqlError
   * @throws ConnectionLost
   */
  rows(sql: string): Promise<readonly Row[]> {
    return this.#turn(() => this.#rows(sql))
  }

  /** Begins a transaction that the next call of `rows` ends. @throws SqlError, ConnectionLost */
  async begin(): Promise<void> {
    await this.#turn(() => this.#client.query('begin')).catch((error: unknown) => {
      throw translated(error)
    })
  }

  /** Calls back once when the connection ends without having been closed by us. */
  onLost(callback: () => void): void {
    this.#losses.push(callback)
  }

  get lost(): boolean {
    return this.#lost
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    if (this.#lost) return
    // A server that has stopped answering does not end its side.
    const patience = setTimeout(() => this.#client.connection.stream.destroy(), GOODBYE_MS)
    await this.#client.end().catch(() => undefined)
    clearTimeout(patience)
  }

  async #rows(sql: string): Promise<readonly Row[]> {
    if (this.#lost) throw new ConnectionLost('the connection to PostgreSQL was lost')
    try {
      return lastRows(
        await this.#client.query<(string | null)[]>({ text: sql, rowMode: 'array', types: AS_TEXT }),
      )
    } catch (error) {
      const known = translated(error)
      if (known instanceof ConnectionLost) this.#lose()
      throw known
    } finally {
      await this.#leaveTransaction()
    }
  }

  async #leaveTransaction(): Promise<void> {
    if (this.#lost || this.#client.getTransactionStatus() === 'I') return
    await this.#client.query('rollback').catch(() => this.#lose())
  }

  #lose(): void {
    if (this.#lost) return
    this.#lost = true
    if (this.#closing) return
    void this.#client.end().catch(() => undefined)
    for (const callback of this.#losses) callback()
  }
}

/** Everything that node-postgres would else take from the caller's PG… variables. */
const OWN_WORDS = {
  ssl: false,
  password: '',
  application_name: 'pgmatrix',
  client_encoding: 'UTF8',
} as const

const AS_TEXT = { getTypeParser: () => (value: string) => value }

function deadlines({ login, statement }: SessionOptions): ClientConfig {
  return {
    connectionTimeoutMillis: login,
    query_timeout: statement + MARGIN_MS,
    options: `-c statement_timeout=${statement} -c lock_timeout=${LOCK_MS}`,
  }
}

/** Several statements give several results, which node-postgres's types do not say. */
function lastRows(answer: QueryArrayResult<(string | null)[]>): readonly Row[] {
  return [answer].flat().at(-1)?.rows ?? []
}

function translated(error: unknown): Error {
  if (!(error instanceof Error)) return new ConnectionLost(String(error))
  if (!(error instanceof DatabaseError) || error.code === undefined) return new ConnectionLost(error.message)
  const ended = error.severity === 'FATAL' && /^(57P|08)/.test(error.code)
  return ended ? new ConnectionLost(error.message) : new SqlError(error.message, error.code)
}
