/** From a client of the matrix to an environment that a worker can be started in. */
import { formatRange, inRange, parseRange } from '../core/python-range.js'
import type { Client } from '../core/matrix.js'
import { EnvironmentError, type Interpreter, type PreparedClient, type Unprepared } from '../core/runtime.js'
import { together } from '../together.js'
import { ownSetting, type Setting } from '../tools/setting.js'
import { buildEnvironment, findEnvironment, type Environment } from './build.js'
import { whyNone } from './why-none.js'
import { currentLock } from './current-lock.js'
import type { PrepareOptions } from './prepare-options.js'

export interface PrepareAllOptions extends PrepareOptions {
  /** Aborting it stops what is being built and rejects with its reason. */
  readonly signal: AbortSignal
  /** Environments made at the same time. */
  readonly concurrency: number
}

/**
 * Prepares all of them, in the order given. That a client refuses to be installed is in its result.
 * @throws EnvironmentError when the surroundings are at fault, as soon as one client shows it; nothing is left half built
 */
export async function prepareClients(
  clients: readonly Client[],
  options: Partial<PrepareAllOptions> = {},
): Promise<readonly PreparedClient[]> {
  const { setting = ownSetting(), concurrency = 3, onProgress = () => {} } = options
  return together(
    clients,
    (client, signal) => prepareClient(client, { setting: { ...setting, signal }, onProgress }),
    { signals: [setting.signal, options.signal], concurrency },
  )
}

/**
 * The newest interpreter that takes the client's lock. An environment that exists is used without network.
 * @throws EnvironmentError
 */
export async function prepareClient(
  client: Client,
  { setting = ownSetting(), onProgress = () => {} }: Partial<PrepareOptions> = {},
): Promise<PreparedClient> {
  const interpreters = await setting.interpreters()
  if (interpreters.length === 0)
    throw new EnvironmentError('no Python 3.8 or later was found; install one and run again')
  const range = parseRange(client.python) ?? []
  const matching = interpreters.filter(({ version }) => inRange(version, range))
  if (matching.length === 0) return { kind: 'not-run', client, reason: noInterpreter(client, interpreters) }
  const lock = await currentLock(client, { setting, onProgress })
  if (lock.kind !== 'locked') return { ...lock, client }
  return firstThatTakes(lock.text, client, matching, { setting, onProgress })
}

/**
 * What prepareClient would make an environment from, as text: of a client without a lock what it asks for. It changes with each
 * interpreter that comes or goes, for the newest that takes the lock is the one.
 */
export async function clientMakings(
  { python, lock, install, builds }: Client,
  setting: Setting,
): Promise<string> {
  const range = parseRange(python) ?? []
  const matching = (await setting.interpreters()).filter(({ version }) => inRange(version, range))
  return JSON.stringify([lock ?? install, builds, matching])
}

function noInterpreter({ python }: Client, found: readonly Interpreter[]): string {
  const versions = found.map(({ version }) => version).join(', ')
  return `needs Python ${formatRange(parseRange(python) ?? [])}; found ${versions}. Install one that fits (your system's packages, pyenv or uv have them) and run again`
}

async function firstThatTakes(
  lock: string,
  client: Client,
  interpreters: readonly Interpreter[],
  { setting, onProgress }: PrepareOptions,
): Promise<PreparedClient> {
  const failed: Unprepared[] = []
  for (const interpreter of interpreters) {
    const wanted = { client: client.id, lock, interpreter }
    const found = await findEnvironment(wanted, setting)
    if (found) return ready(client, interpreter, found)
    onProgress(`installing ${client.id} on Python ${interpreter.version}`)
    const built = await buildEnvironment(wanted, setting)
    if (built.kind === 'built') return ready(client, interpreter, built.environment)
    failed.push({ ...built, reason: `on Python ${interpreter.version}: ${built.reason}` })
  }
  return { client, ...whyNone(failed) }
}

function ready(client: Client, interpreter: Interpreter, environment: Environment): PreparedClient {
  const { python, packages, built } = environment
  const facts = { python: interpreter.version, build: null, packages, built }
  return { kind: 'ready', client, environment: python, ...facts }
}
