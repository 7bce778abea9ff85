/** Starts all servers of a run, and stops them. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { cacheRoot } from '../cache.js'
import type { ProfiledServer } from '../core/matrix.js'
import { profiledId } from '../core/plan.js'
import type { RunningServer } from '../core/runtime.js'
import { serverAccount, type Account } from './account.js'
import { installBinaries } from './binaries.js'
import { binaryPackage } from './platform.js'
import { chooseRunFolder } from './run-folder.js'
import { freePorts } from './free-ports.js'
import { poolersOf } from './pooler-order.js'
import { equip, profileFiles, profileRules, profileSettings } from './profile.js'
import { LiveServer } from './running.js'
import { NO_PORTS, SupervisedServer, type Ports } from './supervised.js'
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
/** Of one server: see Ports. */
const PORTS = 4

/**
 * All servers up at once, in one run folder.
 * @throws EnvironmentError; then nothing is left running
 */
export async function startServers(
  wanted: readonly ProfiledServer[],
  options: ServersOptions = {},
): Promise<ServerPool> {
  const account = await serverAccount()
  const installed = await install(wanted, account, options)
  await sweep()
  options.signal?.throwIfAborted()
  const folder = await chooseRunFolder(account)
  options.onProgress?.(
    `starting PostgreSQL ${[...new Set(wanted.map(({ server }) => server.id))].join(', ')}`,
  )
  const supervisor = await SupervisorProcess.start(folder, account)
  const ports = await freePorts(installed.length * PORTS)
  const starts = installed.map((each, index) =>
    startServer(supervisor, { ...each, ports: portsOf(each, ports.slice(PORTS * index)) }),
  )
  const outcomes = await Promise.allSettled(starts)
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const pool = new Pool(supervisor, running)
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (!failure && !options.signal?.aborted) return pool
  await pool[Symbol.asyncDispose]()
  throw failure?.reason ?? options.signal?.reason
}

interface Installed extends ProfiledServer {
  /** Folder of the unpacked package. */
  readonly binaries: string
  /** Data folder to copy. */
  readonly template: string
}

/** Downloads what the cache lacks. The first failure counts; downloads under way are finished. */
async function install(
  wanted: readonly ProfiledServer[],
  account: Account | null,
  options: ServersOptions,
): Promise<Installed[]> {
  const limit = pLimit(AT_ONCE)
  const cache = options.cache ?? cacheRoot()
  const say = options.onProgress ?? (() => undefined)
  const one = async ({ server, profile }: ProfiledServer): Promise<Installed> => {
    options.signal?.throwIfAborted()
    const told = () => say(`fetching PostgreSQL ${server.version} (once)`)
    const binaries = await installBinaries(binaryPackage(server), { cache, told, signal: options.signal })
    return { server, profile, binaries, template: await dataTemplate(binaries, cache, account) }
  }
  const outcomes = await Promise.allSettled(wanted.map((each) => limit(one, each)))
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

function portsOf({ profile }: ProfiledServer, ports: readonly number[]): Ports {
  const [own, standby, restored, pooler] = ports
  if (profile === 'plain' || !own || !standby || !restored || !pooler) return NO_PORTS
  return { own, standby, restored, pooler }
}

async function startServer(
  supervisor: SupervisorProcess,
  { server, profile, binaries, template, ports }: Installed & { readonly ports: Ports },
): Promise<LiveServer> {
  const runId = randomBytes(12).toString('hex')
  const id = profiledId({ server, profile })
  const socketFolder = join(supervisor.folder, id)
  const equipment = await equip(profile, 'localhost')
  const text = settings({
    major: server.major,
    runId,
    door: { socketFolder, ...(profile !== 'plain' && { listen: 'localhost' }) },
    port: ports.own,
    more: profileSettings(equipment, server.major),
  })
  const rules = ['local all,replication all trust', ...profileRules(equipment, 'samehost'), '']
  const files = {
    ...profileFiles(equipment),
    'pgmatrix.conf': text,
    ...(profile !== 'plain' && { 'pg_hba.conf': rules.join('\n') }),
  }
  const program = join(binaries, 'native', 'bin', 'postgres')
  const order = { kind: 'start', server: id, program, template, files } as const
  const { name, version } = binaryPackage(server)
  const poolers = poolersOf({ server, equipment, id, socketFolder, ports })
  const build = [`${name}@${version}`, ...(poolers ? [`PgBouncer ${poolers.version}`] : [])].join(', ')
  const options = { socketFolder, major: server.major, ports, build, order, ...poolers }
  return LiveServer.start(new SupervisedServer(supervisor, options), { server, equipment, runId })
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
