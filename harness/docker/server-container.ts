/** A server's process in a container of its own. */
import { randomBytes } from 'node:crypto'
import type { ProfiledServer } from '../core/matrix.js'
import { profiledId } from '../core/plan.js'
import { EnvironmentError } from '../core/runtime.js'
import { copyData } from '../servers/copy.js'
import type { Equipment, NetworkDoor } from '../servers/profile.js'
import { poolerOf } from '../servers/pooler.js'
import type { CopyName, Exit, ServerProcess } from '../servers/server-process.js'
import { Session, type SessionOptions } from '../servers/session.js'
import { PORT } from '../servers/settings.js'
import type { AttachedContainer, Engine, Fate } from './contract.js'
import { covers } from './hardening.js'
import type { PulledImage } from './images.js'
import { exitWords, GIGABYTE, MemoryWatch } from './limits.js'
import type { RunNetwork } from './network.js'
import { startPooler, type PoolerContainer } from './pooler-container.js'
import type { Relay } from './relay.js'
import { ServerBeside } from './server-beside.js'
import { SERVER_FOLDER, serverStart } from './server-script.js'

export interface ServerContainerOptions {
  readonly engine: Engine
  readonly wanted: ProfiledServer
  readonly equipment: Equipment
  readonly runId: string
  readonly image: PulledImage
  /** PgBouncer's, where the profile has one. */
  readonly pooler: PulledImage | undefined
  readonly network: RunNetwork
  /** A relay that lives; another one where the last has gone. */
  readonly relay: () => Promise<Relay>
  /** The engine's. */
  readonly interruptions: () => number
}

/** User `postgres` of the official images. */
const USER = '999:999'
const MEMORY = GIGABYTE
/** Connections, the server's own processes, and the shell's. */
const PIDS = 300
const LOG_LIMIT = 4000
const COPY_PORTS: Readonly<Record<CopyName, number>> = { standby: 5433, restored: 5434 }

export class ServerContainer implements ServerProcess {
  readonly name: string
  readonly port = PORT
  readonly #password = randomBytes(24).toString('base64url')
  #container: AttachedContainer | undefined
  #pooler: PoolerContainer | undefined
  #host = ''
  #exit: Exit | undefined = { how: 'not started', log: '' }
  #log = ''
  #stopped = false
  #told = (): void => {}
  #memory: MemoryWatch | undefined

  constructor(private readonly options: ServerContainerOptions) {
    this.name = profiledId(options.wanted)
  }

  get build(): string {
    return [this.options.image.reference, this.#pooler?.build].filter(Boolean).join(', ')
  }

  get host(): string {
    return this.#host
  }

  get network(): NetworkDoor {
    return { host: serverName(this.options), wrongHost: this.#host, port: PORT }
  }

  get interruptions(): number {
    return this.options.interruptions()
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  async start(): Promise<void> {
    if (this.#stopped)
      throw new EnvironmentError(`PostgreSQL ${this.name} does not run: it was told to stop.`)
    if (!this.#exit) return
    this.#exit = undefined
    try {
      await this.#launch()
    } catch (error) {
      this.#exit ??= { how: String(error), log: this.#log }
      throw error
    }
  }

  async kill(): Promise<void> {
    await this.#container?.kill()
    await this.#container?.fate
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([this.kill(), this.#pooler?.kill()])
  }

  onExit(callback: () => void): void {
    this.#told = callback
  }

  /** Another one each time: the server may have another address by now. */
  async pool(): Promise<NetworkDoor | undefined> {
    const { engine, wanted, equipment, pooler: image, network, relay } = this.options
    const pooler = poolerOf(wanted)
    if (!image || !pooler) return undefined
    await this.#pooler?.kill()
    const where = { network: network.id, host: this.#host, serverPort: PORT }
    this.#pooler = await startPooler({ engine, equipment, pooler, image, relay, ...where })
    return this.#pooler.door
  }

  async front(): Promise<undefined> {}

  login(database: string, options?: SessionOptions): Promise<Session> {
    return this.#login(this.port, database, options)
  }

  async #login(port: number, database: string, options?: SessionOptions): Promise<Session> {
    const relay = await this.options.relay()
    const { host } = this
    const target = { host, port, user: 'postgres', database, password: this.#password }
    return Session.open({ ...target, stream: () => relay.connect(host, port) }, options)
  }

  async beside(name: CopyName, primary: Session): Promise<ServerProcess> {
    const { major } = this.options.wanted.server
    const port = COPY_PORTS[name]
    const follows = name === 'standby' ? `host=127.0.0.1 port=${PORT} user=postgres` : undefined
    await copyData(primary, { major, name, port, follows })
    return new ServerBeside(this, { name, port, primary, login: (...words) => this.#login(port, ...words) })
  }

  async outOfMemory(): Promise<string | undefined> {
    return this.#memory?.news()
  }

  async #launch(): Promise<void> {
    const { engine, wanted, equipment, runId, image, network } = this.options
    const { gateway } = network
    const { major } = wanted.server
    const { command, text } = serverStart({ major, runId, password: this.#password, equipment, gateway })
    this.#log = ''
    const container = await engine.start({
      role: 'server',
      purpose: `PostgreSQL ${this.name}`,
      image: image.id,
      command,
      user: USER,
      network: network.id,
      alias: serverName({ wanted, runId }),
      memory: MEMORY,
      pids: PIDS,
      tmpfs: tmpfs(image.volumes),
      env: { TZ: 'UTC', LC_ALL: 'C' },
    })
    this.#container = container
    this.#memory = new MemoryWatch(container, `PostgreSQL ${this.name}`, MEMORY)
    container.stdout.resume()
    container.stderr
      .setEncoding('utf8')
      .on('data', (more: string) => (this.#log = (this.#log + more).slice(-LOG_LIMIT)))
    void container.fate.then((fate) => this.#end(fate))
    container.stdin.write(text)
    this.#host = await container.address()
  }

  #end(fate: Fate): void {
    this.#exit = { how: fate.kind === 'exited' ? exitWords(fate.code) : fate.reason, log: this.#log }
    if (!this.#stopped) this.#told()
  }
}

/** Name of its container in the network, what its certificate is for: each pairing may have such a server of its own there. */
export function serverName({ wanted, runId }: Pick<ServerContainerOptions, 'wanted' | 'runId'>): string {
  return `pg-${profiledId(wanted).replaceAll(/[^a-z0-9]+/g, '-')}-${runId.slice(0, 8)}`
}

/** With a folder of our own: Podman takes no owner for one, and nobody else is in there. */
function tmpfs(volumes: readonly string[]): Record<string, string> {
  return { ...covers(volumes), [SERVER_FOLDER]: `rw,nosuid,nodev,noexec,size=${MEMORY},mode=1777` }
}
