/** Logs in to a server in place of a client, which then speaks to it as if it had done so itself. */
import type { Duplex } from 'node:stream'
import { once } from 'node:events'
import { Client, Connection, type ClientConfig } from 'pg'

/** What a client says at its start: names and values as PostgreSQL knows them. */
export type StartupParameters = Readonly<Record<string, string>>

export interface LoggedIn {
  readonly stream: Duplex
  /** What the server said from the acceptance of the login up to its first ReadyForQuery. */
  readonly greeting: Buffer
}

/** The server said no; `message` is its ErrorResponse as it came, empty where it said nothing. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused'
  constructor(
    reason: string,
    readonly answer: Buffer,
  ) {
    super(reason)
  }
}

/** For a login, and for all that is asked before a client has its session. */
export const PATIENCE_MS = 10_000
const AUTHENTICATION_OK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])
const ERROR_RESPONSE = 0x45

/** Parts of node-postgres that its types do not tell. */
interface Listening {
  readonly stream: Duplex
  attachListeners(stream: Duplex): void
}
interface Dialled {
  connect(port: number, host: string): void
  requestSsl(): void
}

function isListening(connection: unknown): connection is Listening {
  return connection instanceof Connection && 'attachListeners' in connection
}

function isDialled(connection: Connection): connection is Connection & Dialled {
  return 'connect' in connection && 'requestSsl' in connection
}

class Login extends Client {
  readonly heard: Buffer[] = []
  readonly dialled: Listening

  constructor(
    target: ClientConfig,
    private readonly parameters: StartupParameters,
  ) {
    super({ ...target, connectionTimeoutMillis: PATIENCE_MS })
    const connection: unknown = this.connection
    if (!isListening(connection)) throw new Error('this node-postgres is not as it was')
    this.dialled = connection
    const attach = connection.attachListeners.bind(connection)
    connection.attachListeners = (stream) => {
      stream.on('data', (chunk: Buffer) => this.heard.push(chunk))
      attach(stream)
    }
  }

  /** Called by node-postgres. */
  getStartupConf(): StartupParameters {
    return { ...this.parameters, user: this.user ?? '', database: this.database ?? '' }
  }
}

/** @throws LoginRefused */
export async function logIn(target: ClientConfig, parameters: StartupParameters): Promise<LoggedIn> {
  const login = new Login(target, parameters)
  login.on('error', () => {})
  try {
    await login.connect()
  } catch (error) {
    void login.end().catch(() => undefined)
    throw new LoginRefused(error instanceof Error ? error.message : String(error), answerOf(login.heard))
  }
  const { stream } = login.dialled
  stream.pause()
  stream.removeAllListeners('data').removeAllListeners('error')
  const heard = Buffer.concat(login.heard)
  return { stream, greeting: heard.subarray(heard.indexOf(AUTHENTICATION_OK)) }
}

/**
 * A cancel request is a connection of its own, without a login. Resolves once the server has ended it, or its time is over;
 * `keep` is given the connection, so that it can be ended before.
 */
export async function sendCancel(
  target: ClientConfig,
  message: Buffer,
  keep: (stream: Duplex) => void,
): Promise<void> {
  const client = new Client(target)
  const connection = new Connection({ ...(client.ssl && { ssl: client.ssl }) })
  if (!isDialled(connection)) throw new Error('this node-postgres is not as it was')
  const { stream } = connection
  keep(stream)
  const patience = setTimeout(() => stream.destroy(), PATIENCE_MS)
  connection.on('error', () => {})
  const ended = once(connection, 'end')
  if (client.ssl) connection.once('connect', () => connection.requestSsl())
  connection.connect(client.port, client.host)
  await Promise.race([once(connection, client.ssl ? 'sslconnect' : 'connect'), ended])
  connection.stream.end(message)
  await ended
  clearTimeout(patience)
}

function answerOf(heard: readonly Buffer[]): Buffer {
  const all = Buffer.concat(heard)
  for (let at = 0; at + 5 <= all.length; at += 1 + all.readUInt32BE(at + 1))
    if (all[at] === ERROR_RESPONSE) return all.subarray(at)
  return Buffer.alloc(0)
}
