/** Starts all servers of a run, and stops them. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { cacheRoot } from '../cache.js'
import type { Server } from '../core/matrix.js'
import type { RunningServer } from '../core/runtime.js'
import { serverAccount, type Account } from './account.js'
import { installBinaries } from './binaries.js'
import { binaryPackage } from './platform.js'
import { chooseRunFolder } from './run-folder.js'
import { LiveServer } from './running.js'
import { SupervisedServer } from './supervised.js'
import { settings } from './settings.js'
import { SupervisorProcess } from './supervisor-process.js'
import { sweep } from './sweep.js'
import { dataTemplate } from './template.js'

export interface ServersOptions {
  readonly onProgress?: (text: string) => void
  readonly signal?: AbortSignal
  /** Cache folder; cacheRoot() by default. */
  readonly cache?: string
}

export interface ServerPool extends AsyncDisposable {
  /** In the order in which they were asked for. */
  readonly servers: readonly RunningServer[]
  /** The run folder, gone after disposal. */
  readonly folder: string
}

/** Downloads and initdb are bound by the network and the processor: more at once is not faster. */
const AT_ONCE = 2

/**
 * All servers up at once, in one run folder.
 * @throws EnvironmentError; then nothing is left running
 */
export async function startServers(
  servers: readonly Server[],
  options: ServersOptions = {},
): Promise<ServerPool> {
  const account = await serverAccount()
  const installed = await install(servers, account, options)
  await sweep()
  options.signal?.throwIfAborted()
  const folder = await chooseRunFolder(account)
  options.onProgress?.(`starting PostgreSQL ${servers.map((server) => server.id).join(', ')}`)
  const supervisor = await SupervisorProcess.start(folder, account)
  const starts = installed.map((each) => startServer(supervisor, each))
  const outcomes = await Promise.allSettled(starts)
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const pool = new Pool(supervisor, running)
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (!failure && !options.signal?.aborted) return pool
  await pool[Symbol.asyncDispose]()
  throw failure?.reason ?? options.signal?.reason
}

interface Installed {
  readonly server: Server
  /** Folder of the unpacked package. */
  readonly binaries: string
  /** Data folder to copy. */
  readonly template: string
}

/** Downloads what the cache lacks. The first failure counts; downloads under way are finished. */
async function install(
  servers: readonly Server[],
  account: Account | null,
  options: ServersOptions,
): Promise<Installed[]> {
  const limit = pLimit(AT_ONCE)
  const cache = options.cache ?? cacheRoot()
  const say = options.onProgress ?? (() => undefined)
  const one = async (server: Server): Promise<Installed> => {
    options.signal?.throwIfAborted()
    const told = () => say(`fetching PostgreSQL ${server.version} (once)`)
    const binaries = await installBinaries(binaryPackage(server), { cache, told, signal: options.signal })
    return { server, binaries, template: await dataTemplate(binaries, cache, account) }
  }
  const outcomes = await Promise.allSettled(servers.map((server) => limit(one, server)))
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

function startServer(
  supervisor: SupervisorProcess,
  { server, binaries, template }: Installed,
): Promise<LiveServer> {
  const runId = randomBytes(12).toString('hex')
  const socketFolder = join(supervisor.folder, server.id)
  const text = settings({ major: server.major, runId, door: { socketFolder } })
  const program = join(binaries, 'native', 'bin', 'postgres')
  const order = { kind: 'start', server: server.id, program, template, settings: text } as const
  const { name, version } = binaryPackage(server)
  const build = `${name}@${version}`
  return LiveServer.start(new SupervisedServer(supervisor, { socketFolder, build, order }), { server, runId })
}

class Pool implements ServerPool {
  readonly folder: string

  constructor(
    private readonly supervisor: SupervisorProcess,
    readonly servers: readonly LiveServer[],
  ) {
    this.folder = supervisor.folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()))
    await this.supervisor[Symbol.asyncDispose]()
  }
}
