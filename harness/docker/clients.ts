/** From clients of the matrix to images that workers run in. */
import { currentLock } from '../clients/current-lock.js'
import { whyNone } from '../clients/why-none.js'
import type { Client } from '../core/matrix.js'
import { formatRange, inRange, parseRange } from '../core/python-range.js'
import { EnvironmentError, type Unprepared } from '../core/runtime.js'
import { together } from '../together.js'
import type { Setting } from '../tools/setting.js'
import type { Engine } from './contract.js'
import { buildEnvironmentImage, findEnvironmentImage } from './environment-image.js'
import type { KeptImage } from './kept-image.js'
import { workerImage } from './worker-image.js'

export interface PythonImage {
  /** `3.12` or `3.12.11` */
  readonly version: string
  /** Id of the image, pulled where the engine has none yet; asked for once, when a client may be installed there. */
  readonly image: () => Promise<string>
}

/** A client's image, or why there is none. */
export type PreparedImage =
  | ({ readonly kind: 'ready'; readonly client: Client } & KeptImage)
  | (Unprepared & { readonly client: Client })

export interface PrepareImagesOptions {
  readonly engine: Engine
  /** Newest first. */
  readonly pythons: readonly PythonImage[]
  /** Id of a network that leads to the package index; asked for once, when something must be built. */
  readonly network: () => Promise<string>
  /** The folder that holds worker.py. */
  readonly fixtures: string
  /** For locks that must be resolved. */
  readonly setting: Setting
  /** Keys of pip's [global] section; see pip-settings.ts. */
  readonly pip: Readonly<Record<string, string>>
  /** PEM; see ca-bundle.ts. */
  readonly ca: string | null
  /** A sentence for each step that takes time. */
  readonly onProgress: (text: string) => void
  /** Aborting it stops what is being built and rejects with its reason. */
  readonly signal: AbortSignal
  /** Environments made at the same time. */
  readonly concurrency: number
  /** Nothing is fetched: what the engine has not got is an error. */
  readonly offline: boolean
}

/**
 * Prepares all of them, in the order given. That a client refuses to be installed is in its result.
 * @throws EnvironmentError when the surroundings are at fault, as soon as one client shows it; nothing is left half built
 */
export async function prepareClients(
  clients: readonly Client[],
  options: PrepareImagesOptions,
): Promise<readonly PreparedImage[]> {
  const pythons = options.pythons.map(({ version, image }) => ({ version, image: once(image) }))
  const network = once(options.network)
  return together(
    clients,
    (client, signal) => prepareClient(client, { ...options, signal, pythons, network }),
    { signals: [options.signal], concurrency: options.concurrency },
  )
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** On the newest Python that takes the client's lock. */
async function prepareClient(client: Client, options: PrepareImagesOptions): Promise<PreparedImage> {
  options.signal.throwIfAborted()
  const range = parseRange(client.python) ?? []
  const matching = options.pythons.filter(({ version }) => inRange(version, range))
  if (matching.length === 0) return { kind: 'not-run', client, reason: noImage(client, options.pythons) }
  const lock = await currentLock(client, {
    setting: settingOf(options),
    onProgress: options.onProgress,
  })
  if (lock.kind !== 'locked') return { ...lock, client }
  return firstThatTakes(lock.text, client, matching, options)
}

function noImage({ python }: Client, found: readonly PythonImage[]): string {
  const versions = found.map(({ version }) => version).join(', ')
  return `needs Python ${formatRange(parseRange(python) ?? [])}; the images at hand have ${versions || 'none'}`
}

function settingOf({ setting, signal, offline }: PrepareImagesOptions): Setting {
  return { ...setting, signal, env: offline ? { ...setting.env, UV_OFFLINE: '1' } : setting.env }
}

async function firstThatTakes(
  lock: string,
  client: Client,
  pythons: readonly PythonImage[],
  options: PrepareImagesOptions,
): Promise<PreparedImage> {
  const failed: Unprepared[] = []
  for (const python of pythons) {
    const built = await environmentOn(python, lock, client, options)
    if (built.kind === 'built') {
      const { engine, fixtures, signal } = options
      const ready = await workerImage(engine, built, { client: client.id, fixtures, signal })
      return { ...ready, kind: 'ready', client }
    }
    failed.push({ ...built, reason: `on Python ${python.version}: ${built.reason}` })
  }
  return { client, ...whyNone(failed) }
}

async function environmentOn(
  { version, image }: PythonImage,
  lock: string,
  client: Client,
  options: PrepareImagesOptions,
) {
  const { engine, offline, onProgress, pip, ca, signal } = options
  const wanted = { client: client.id, lock, python: version, image: await image() }
  const found = await findEnvironmentImage(engine, wanted)
  if (found) return { kind: 'built' as const, ...found }
  const doing = `installing ${client.id} on Python ${version}`
  if (offline) {
    throw new EnvironmentError(
      `${doing} needs the package index, and --offline forbids it; run once without --offline: the engine at ${engine.address} keeps what was installed`,
    )
  }
  onProgress(`${doing} in a container`)
  return buildEnvironmentImage(engine, wanted, { pip, ca, signal, network: await options.network() })
}
