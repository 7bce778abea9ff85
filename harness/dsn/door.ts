/**
 * A Unix socket in a closed folder behind which a server of somebody else's is reached: clients connect without a password, which stays
 * with us, and find a schema of ours first in their search path.
 */
import { mkdir } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import type { ClientConfig } from 'pg'
import { PORT } from '../servers/settings.js'
import { logIn, LoginRefused, sendCancel, type StartupParameters } from './log-in.js'
import { errorResponse, readStartup, skipToReady, type Startup } from './startup.js'

export interface DoorOptions {
  /** Made here, closed to others. */
  readonly folder: string
  readonly target: ClientConfig
  /** Settings that every session begins with: name to value. */
  readonly settings: () => Readonly<Record<string, string>>
  /** Whether the server takes settings at a login; else they are set after it. */
  readonly takesSettings: boolean
}

export class Door implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Duplex>()

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

  /** Ends every session that came through it. */
  closeSessions(): void {
    for (const stream of this.#open) stream.destroy()
    this.#open.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.closeSessions()
    await closed
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client)
    try {
      const startup = await readStartup(client)
      if (startup.kind === 'cancel') client.end(await sendCancel(this.options.target, startup.message))
      else await this.#join(client, startup)
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
    if (!takesSettings) await skipToReady(stream, settingSql(settings))
    client.write(greeting)
    stream.pipe(client)
    client.pipe(stream)
    stream.on('close', () => client.destroy())
    client.on('close', () => stream.destroy())
  }

  #keep(stream: Duplex): void {
    this.#open.add(stream)
    stream.on('error', () => stream.destroy())
    stream.on('close', () => this.#open.delete(stream))
  }
}

/** Before the client's own options, so that those win. */
function withSettings(
  parameters: StartupParameters,
  settings: Readonly<Record<string, string>>,
): StartupParameters {
  const words = Object.entries(settings).map(
    ([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`,
  )
  return { ...parameters, options: [...words, parameters.options ?? ''].join(' ').trim() }
}

function settingSql(settings: Readonly<Record<string, string>>): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config('${name}', '${value.replaceAll("'", "''")}', false)`,
  )
  return `select ${calls.join(', ')}`
}
