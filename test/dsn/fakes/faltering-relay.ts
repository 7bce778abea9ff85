/** A way to a real server that stops carrying anything while it stays open, or is gone from a moment on. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import type { Endpoint } from '../../../harness/core/protocol.js'
import { freePorts } from '../../../harness/servers/free-ports.js'

export class FalteringRelay implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  readonly #clients = new Set<Socket>()
  readonly #held: (() => void)[] = []
  #silent = false
  // A silent server does not answer the end of a connection with its own.
  readonly #server = createServer({ allowHalfOpen: true }, (client) => this.#join(client))

  private constructor(
    private readonly to: Endpoint,
    private readonly port: number,
  ) {}

  static async open(to: Endpoint): Promise<FalteringRelay> {
    const [port = 0] = await freePorts(1)
    const relay = new FalteringRelay(to, port)
    await once(relay.#server.listen(port, '127.0.0.1'), 'listening')
    return relay
  }

  /** For node-postgres. */
  get target() {
    const { user, database } = this.to
    return { host: '127.0.0.1', port: this.port, user, database, password: '' }
  }

  /** Clients that are still there. */
  get connections(): number {
    return this.#clients.size
  }

  fallSilent(): void {
    this.#silent = true
  }

  speakAgain(): void {
    this.#silent = false
    for (const deliver of this.#held.splice(0)) deliver()
  }

  async goAway(): Promise<void> {
    const closed = once(this.#server.close(), 'close')
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.goAway()
  }

  #join(client: Socket): void {
    this.#clients.add(client)
    client.on('close', () => this.#clients.delete(client))
    const server = connect(path.join(this.to.host, `.s.PGSQL.${this.to.port}`))
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (chunk) => this.#carry(() => to.write(chunk)))
      from.on('end', () => this.#carry(() => to.end()))
      from.on('error', () => from.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        this.#carry(() => to.destroy())
      })
    }
  }

  #carry(deliver: () => void): void {
    if (this.#silent) this.#held.push(deliver)
    else deliver()
  }
}
