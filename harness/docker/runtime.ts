/** The Docker runtime: servers, environments and workers as containers of an engine, here or elsewhere. */
import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import path from 'node:path'
import pLimit from 'p-limit'
import type { Client, Image, Matrix, ProfiledServer, PythonImage } from '../core/matrix.js'
import { profiledId } from '../core/plan.js'
import {
  ConnectionLost,
  EnvironmentError,
  type PreparedClient,
  type PrepareHow,
  type ReadyClient,
  type RunningServer,
  type Runtime,
  type ServerPool,
  type Worker,
} from '../core/runtime.js'
import { PACKAGE } from '../package.js'
import { greet } from '../run/worker.js'
import { WORKER_ARGUMENTS, WORKER_ENVIRONMENT } from '../run/worker-command.js'
import { poolerOf } from '../servers/pooler.js'
import { equip } from '../servers/profile.js'
import { LiveServer } from '../servers/running.js'
import { ownSetting } from '../tools/setting.js'
import { engineAddress } from './address.js'
import { CLIENT_USER } from './builder.js'
import { caBundle } from './ca-bundle.js'
import { prepareClients, type PreparedImage } from './clients.js'
import { ContainerProcess } from './container-process.js'
import { openEngine, type LiveEngine } from './engine.js'
import { PYTHON } from './environment-image.js'
import { sweep } from './garbage.js'
import { ensureImages, type PulledImage } from './images.js'
import { GIGABYTE } from './limits.js'
import { createNetwork, type RunNetwork } from './network.js'
import { readPipSettings } from './pip-settings.js'
import { openRelay, type Relay } from './relay.js'
import { ServerContainer, serverName } from './server-container.js'
import { WORKER } from './worker-image.js'

/** What the command line says about this runtime. */
export interface DockerOptions {
  /** Prefix of a registry that mirrors the official images. */
  readonly mirror?: string
  /** Nothing is pulled, nothing is built. */
  readonly offline?: boolean
  /** File with certificates by which builders trust the package index. */
  readonly caBundle?: string
}

/** Seconds after which containers end by themselves. */
const LIFETIME = 12 * 3600
/** Starting or building more at once is not faster. */
const AT_ONCE = 4
const WORKER_MEMORY = 2 * GIGABYTE
const WORKER_PIDS = 256
const WORKER_STARTS = 5

/** @throws EnvironmentError where no engine answers, UsageError */
export async function dockerRuntime(options: DockerOptions, matrix: Matrix): Promise<Runtime> {
  const address = await engineAddress(process.env, homedir())
  const engine = await openEngine(address, { lifetime: LIFETIME })
  try {
    await sweep(engine)
    return new DockerRuntime(engine, options, matrix)
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
}

class DockerRuntime implements Runtime {
  readonly name = 'docker'
  readonly #networks = new Map<'internal' | 'outgoing', Promise<RunNetwork>>()
  #relay: Promise<Relay> | undefined

  constructor(
    private readonly engine: LiveEngine,
    private readonly options: DockerOptions,
    private readonly matrix: Matrix,
  ) {}

  unavailable({ server, profile }: ProfiledServer): string | undefined {
    const { version, image, pooler } = server
    if (!image) return `matrix/servers.yaml names no image of PostgreSQL ${version}`
    if (pooler)
      return 'containers have PgBouncer for the probes of it alone: run this with --runtime embedded'
    if (!poolerOf({ server, profile }) || this.matrix.pooler) return undefined
    return 'matrix/servers.yaml names no image of PgBouncer'
  }

  /** An image's name says little, and its digest is known once it is here. */
  serverMakings(): undefined {}

  async clientMakings(): Promise<undefined> {}

  async prepareClients(clients: readonly Client[], how: PrepareHow): Promise<readonly PreparedClient[]> {
    const { mirror: _, offline = false, caBundle: file } = this.options
    const { env, home, platform } = { env: process.env, home: homedir(), platform: process.platform }
    const pip = await readPipSettings({ env, home, platform })
    for (const note of pip.notes) how.onProgress(note)
    const prepared = await prepareClients(clients, {
      ...how,
      engine: this.engine,
      pythons: this.matrix.pythons.map(({ version, image }) => ({
        version,
        image: async () => (await this.#image(image, how)).id,
      })),
      network: async () => (await this.#network('outgoing')).id,
      fixtures: path.join(PACKAGE, 'python-fixtures'),
      setting: ownSetting(),
      pip: pip.options,
      ca: await caBundle({ file, env, pipCert: pip.cert }),
      concurrency: AT_ONCE,
      offline,
    })
    return prepared.map((one) => readyOf(one, this.matrix.pythons))
  }

  async startServers(wanted: readonly ProfiledServer[], how: PrepareHow): Promise<ServerPool> {
    // All at once, so that everything that is missing is told at once.
    await this.#images(
      wanted
        .flatMap((one) => [one.server.image, this.#poolerFor(one)])
        .filter((image) => image !== undefined),
      how,
    )
    const limit = pLimit(AT_ONCE)
    const starts = wanted.map((one) => limit(() => this.#startServer(one, how)))
    const outcomes = await Promise.allSettled(starts)
    const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (!failure) return new Pool(running)
    await new Pool(running)[Symbol.asyncDispose]()
    throw failure.reason
  }

  /** An engine that goes away under a worker that is just starting says nothing about its client. */
  async startWorker(client: ReadyClient): Promise<Worker> {
    for (let left = WORKER_STARTS; ; left--) {
      try {
        return await this.#startWorker(client)
      } catch (error) {
        if (!(error instanceof ConnectionLost) || left === 1) throw error
      }
    }
  }

  async #startWorker({ client, environment }: ReadyClient): Promise<Worker> {
    const purpose = `the worker of ${client.id}`
    const container = await this.engine.start({
      role: 'worker',
      purpose,
      image: environment,
      command: [PYTHON, ...WORKER_ARGUMENTS, WORKER],
      user: CLIENT_USER,
      network: (await this.#network('internal')).id,
      memory: WORKER_MEMORY,
      pids: WORKER_PIDS,
      tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m,mode=1777' },
      env: WORKER_ENVIRONMENT,
    })
    return greet(new ContainerProcess(container, purpose, WORKER_MEMORY), client)
  }

  /** Containers still there are those of a run that failed; networks are freed by their going. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      const relay = await this.#relay?.catch(() => undefined)
      await relay?.[Symbol.asyncDispose]()
      await this.engine.removeContainers()
      const networks = await Promise.allSettled(this.#networks.values())
      for (const network of networks)
        if (network.status === 'fulfilled') await network.value[Symbol.asyncDispose]()
    } finally {
      await this.engine[Symbol.asyncDispose]()
    }
  }

  async #startServer(wanted: ProfiledServer, how: PrepareHow): Promise<RunningServer> {
    how.signal.throwIfAborted()
    const { server, profile } = wanted
    if (!server.image) throw new EnvironmentError(`${this.unavailable(wanted)}.`)
    const { engine } = this
    const runId = randomBytes(12).toString('hex')
    const before = this.#poolerFor(wanted)
    const [image, pooler, network] = await Promise.all([
      this.#image(server.image, how),
      before && this.#image(before, how),
      this.#network('internal'),
    ])
    how.onProgress(`starting PostgreSQL ${profiledId(wanted)}`)
    const equipment = await equip(profile, serverName({ wanted, runId }))
    const relay = () => this.#livingRelay(how)
    const interruptions = () => engine.interruptions
    const options = { engine, wanted, equipment, runId, image, pooler, network, relay, interruptions }
    const container = new ServerContainer(options)
    return LiveServer.start(container, { server, equipment, runId }).catch(async (error: unknown) => {
      await container.stop().catch(() => undefined) // the first error counts
      throw error
    })
  }

  #poolerFor(wanted: ProfiledServer): Image | undefined {
    return poolerOf(wanted) && this.matrix.pooler
  }

  #images(images: readonly Image[], how: PrepareHow): Promise<ReadonlyMap<string, PulledImage>> {
    const { mirror, offline = false } = this.options
    const { onProgress, signal } = how
    return ensureImages(this.engine, images, { mirror, offline, onProgress, signal })
  }

  async #image(image: Image, how: PrepareHow): Promise<PulledImage> {
    const found = (await this.#images([image], how)).get(image.name)
    if (found) return found
    throw new Error(`${image.name} was neither found nor refused`)
  }

  #network(kind: 'internal' | 'outgoing'): Promise<RunNetwork> {
    const known = this.#networks.get(kind) ?? createNetwork(this.engine, kind)
    this.#networks.set(kind, known)
    return known
  }

  /** One for the whole run; another one where it is gone with its engine. */
  async #livingRelay(how: PrepareHow): Promise<Relay> {
    const last = this.#relay
    const relay = await last?.catch(() => undefined)
    if (relay?.alive) return relay
    // Whoever comes first opens the next one; the others wait for it.
    const next = this.#relay && this.#relay !== last ? this.#relay : this.#openRelay(how)
    this.#relay = next
    return next
  }

  async #openRelay(how: PrepareHow): Promise<Relay> {
    const newest = this.matrix.pythons.find(({ preview }) => !preview)
    if (!newest) throw new EnvironmentError('matrix/pythons.yaml names no image of a released Python.')
    const { engine } = this
    const image = await this.#image(newest.image, how)
    const network = await this.#network('internal')
    return openRelay({ engine, image: image.id, network: network.id })
  }
}

class Pool implements ServerPool {
  constructor(readonly servers: readonly RunningServer[]) {}

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()))
  }
}

function readyOf(prepared: PreparedImage, pythons: readonly PythonImage[]): PreparedClient {
  if (prepared.kind !== 'ready') return prepared
  const { client, image: environment, python, packages, built } = prepared
  const base = pythons.find(({ version }) => python.startsWith(`${version}.`))?.image
  const build = [base?.name, base?.digest].filter(Boolean).join('@') || null
  return { kind: 'ready', client, environment, python, packages, build, built }
}
