/**
 * A Unix socket in a closed folder behind which a server of somebody else's is reached: clients connect without a password, which stays
 * with us, and find a schema of ours first in their search path.
 */
import { mkdir } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Duplex } from 'node:stream'
import type { ClientConfig } from 'pg'
import { PORT } from '../servers/settings.js'
import { logIn, LoginRefused, PATIENCE_MS, sendCancel, type StartupParameters } from './log-in.js'
import { settingSql, type Settings } from './schema-sql.js'
import { cancelRequest, errorResponse, readStartup, skipToReady, type Startup } from './startup.js'

/** In which a server notices that the other side has gone, or ends what it was told to cancel. */
const NOTICE_MS = 1000

/** The server's side of a session. */
interface Through {
  readonly stream: Duplex
  readonly closed: Promise<void>
  /** What ends its statement; undefined where the server gave nothing to do it with. */
  readonly cancel: Buffer | undefined
}

export interface DoorOptions {
  /** Made here, closed to others. */
  readonly folder: string
  readonly target: ClientConfig
  /** Settings that every session begins with: name to value. */
  readonly settings: () => Settings
  /** Whether the server takes settings at a login; else they are set after it. */
  readonly takesSettings: boolean
}

export class Door implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Duplex>()
  readonly #clients = new Set<Duplex>()
  readonly #sessions = new Set<Through>()

  private constructor(private readonly options: DoorOptions) {
    this.#server = createServer((socket) => void this.#serve(socket))
  }

  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options)
    await mkdir(options.folder, { mode: 0o700, recursive: true })
    await new Promise<void>((resolve, reject) => {
      door.#server.once('error', reject)
      door.#server.listen(path.join(options.folder, `.s.PGSQL.${PORT}`), resolve)
    })
    return door
  }

  /** Ends every session that came through it. Resolves when the server has noticed, so that none holds a lock any more. */
  async endSessions(): Promise<void> {
    for (const client of this.#clients) client.destroy()
    await this.#closed()
    const { target } = this.options
    const stubborn = [...this.#sessions].flatMap(({ cancel }) => cancel ?? [])
    if (stubborn.length === 0) return
    // A server in the middle of a statement does not look whether anybody still wants its result.
    await Promise.allSettled(stubborn.map((message) => sendCancel(target, message, (it) => this.#keep(it))))
    await this.#closed()
    for (const { stream } of this.#sessions) stream.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const stream of this.#open) stream.destroy()
    await closed
  }

  async #closed(): Promise<void> {
    if (this.#sessions.size === 0) return
    const late = pause(NOTICE_MS, undefined, { ref: false })
    await Promise.race([Promise.all([...this.#sessions].map(({ closed }) => closed)), late])
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client, this.#clients)
    try {
      const startup = await readStartup(client)
      if (startup.kind === 'session') return await this.#join(client, startup)
      await sendCancel(this.options.target, startup.message, (stream) => this.#keep(stream))
      client.end()
    } catch (error) {
      const answer = error instanceof LoginRefused ? error.answer : Buffer.alloc(0)
      client.end(answer.length > 0 ? answer : errorResponse(String(error)))
    }
  }

  async #join(client: Socket, { parameters }: Extract<Startup, { kind: 'session' }>): Promise<void> {
    const { target, takesSettings } = this.options
    const settings = this.options.settings()
    const asked = takesSettings ? withSettings(parameters, settings) : parameters
    const { stream, greeting } = await logIn(target, asked)
    this.#keep(stream)
    if (!takesSettings) await this.#set(stream, settings)
    // It may have gone during the login, which nobody would end then.
    if (client.destroyed) return void stream.destroy()
    this.#remember({ stream, cancel: cancelRequest(greeting) })
    client.write(greeting)
    stream.pipe(client)
    client.pipe(stream)
    stream.on('close', () => client.destroy())
    client.on('close', () => stream.resume().end())
  }

  #remember({ stream, cancel }: Omit<Through, 'closed'>): void {
    const closed = new Promise<void>((resolve) => stream.once('close', resolve))
    const session = { stream, cancel, closed }
    this.#sessions.add(session)
    void closed.then(() => this.#sessions.delete(session))
  }

  /** @throws LoginRefused where the server does not, and then the session has ended */
  async #set(stream: Duplex, settings: Settings): Promise<void> {
    const patience = setTimeout(() => stream.destroy(), PATIENCE_MS)
    try {
      const refusal = await skipToReady(stream, settingSql(settings))
      if (refusal) throw new LoginRefused('the server does not take the settings of the session', refusal)
    } catch (error) {
      stream.destroy()
      throw error
    } finally {
      clearTimeout(patience)
    }
  }

  #keep(stream: Duplex, ...also: Set<Duplex>[]): void {
    const sets = [this.#open, ...also]
    for (const set of sets) set.add(stream)
    stream.on('error', () => stream.destroy())
    stream.on('close', () => sets.forEach((set) => set.delete(stream)))
  }
}

/** Before the client's own options, so that those win. */
function withSettings(parameters: StartupParameters, settings: Settings): StartupParameters {
  const words = Object.entries(settings).map(
    ([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`,
  )
  return { ...parameters, options: [...words, parameters.options ?? ''].join(' ').trim() }
}
