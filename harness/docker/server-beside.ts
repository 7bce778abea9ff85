/** A copy of a server in that server's container: started and ended by programs that the server itself runs. */
import { run } from '../servers/copy.js'
import type { NetworkDoor } from '../servers/profile.js'
import type { CopyName, Exit, ServerProcess } from '../servers/server-process.js'
import type { Session } from '../servers/session.js'

export interface BesideOptions {
  /** Folder beside the server's data. */
  readonly name: CopyName
  readonly port: number
  /** The superuser's session with the server whose copy it is. */
  readonly primary: Session
  readonly login: ServerProcess['login']
}

export class ServerBeside implements ServerProcess {
  readonly name: string
  readonly port: number
  readonly build: string
  #exit: Exit | undefined = { how: 'not started', log: '' }

  constructor(
    private readonly origin: ServerProcess,
    private readonly options: BesideOptions,
  ) {
    this.name = `${origin.name}-${options.name}`
    this.port = options.port
    this.build = origin.build
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  get host(): string {
    return this.origin.host
  }

  get network(): NetworkDoor {
    return { ...this.origin.network, port: this.port }
  }

  get interruptions(): number {
    return this.origin.interruptions
  }

  outOfMemory(): Promise<string | undefined> {
    return this.origin.outOfMemory()
  }

  async start(): Promise<void> {
    if (!this.#exit) return
    this.#exit = undefined
    // In a session of its own: a server that ends ends the processes of its backends' groups.
    const folder = `../${this.options.name}`
    await run(this.options.primary, `setsid postgres -D ${folder} > ${folder}.log 2>&1 &`)
  }

  async kill(): Promise<void> {
    await run(
      this.options.primary,
      `kill -KILL "$(head -n 1 ../${this.options.name}/postmaster.pid)" || true`,
    )
  }

  /** Where the server itself is gone, its container is as well, or is about to go. */
  async stop(): Promise<void> {
    if (!this.options.primary.lost) await this.kill().catch(() => undefined)
  }

  /** It ends with its container, which tells. */
  onExit(): void {}

  beside(): Promise<ServerProcess> {
    return Promise.reject(new Error('a copy is not copied'))
  }

  pool(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  front(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  login(...words: Parameters<ServerProcess['login']>): Promise<Session> {
    return this.options.login(...words)
  }
}
