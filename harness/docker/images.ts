/** The images of the matrix, on the engine: found there, or pulled by their digests. */
import type Docker from 'dockerode'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Image } from '../core/matrix.js'
import { EnvironmentError } from '../core/runtime.js'
import { together } from '../together.js'
import type { Engine } from './contract.js'
import { hasDigest, inspectImage, type PulledImage } from './inspect-image.js'
import { pull } from './pull.js'
import { pullError, pullFailure, type Pulling } from './pull-failure.js'
import { PullProgress } from './pull-progress.js'
import { byDigest, formatReference, type Reference } from './reference.js'
import { loginFor, sourceOf, type RegistryOptions } from './registry.js'

export interface EnsureOptions extends RegistryOptions {
  /** Nothing is pulled: what is missing is an error. */
  readonly offline: boolean
  readonly onProgress: (text: string) => void
  /** Aborting it stops the pulls and rejects with its reason. */
  readonly signal: AbortSignal
  /** Seconds without a word of the engine about a pull. */
  readonly silence?: number
}

export type { PulledImage } from './inspect-image.js'

/** An image and where it is taken from. */
interface Wanted {
  readonly image: Image
  readonly source: Reference
}

/** Pulls at the same time on one engine, and those that others can wait for. */
interface Pulls {
  readonly limit: LimitFunction
  readonly begun: Map<string, Promise<PulledImage>>
}

const AT_ONCE = 3
/** Seconds: longer than any pull, for a stream that never ends. */
const DEADLINE = 4 * 3600
const SILENCE = 120

const PULLS = new WeakMap<Engine, Pulls>()

/**
 * By name, all of them. What the engine has under its digest, or without one under its name, is not asked for again.
 * @throws EnvironmentError where one cannot be had (PullError says why), and then no pull goes on; UsageError for a wrong mirror or configuration
 */
export async function ensureImages(
  engine: Engine,
  images: readonly Image[],
  options: EnsureOptions,
): Promise<ReadonlyMap<string, PulledImage>> {
  const distinct = new Map(images.map((image) => [image.name, image]))
  const wanted = [...distinct.values()].map((image) => ({ image, source: sourceOf(image, options) }))
  const present = await presentOf(engine, wanted)
  const missing = wanted.filter(({ image }) => !present.has(image.name))
  if (options.offline && missing.length > 0) throw offlineError(engine, missing)
  const pulled = await pullAll(engine, missing, options)
  return new Map([...present, ...pulled])
}

async function presentOf(
  engine: Engine,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, PulledImage>> {
  const known = await engine.ask('listing its images', (docker) => docker.listImages())
  const found = wanted.map(async ({ image, source }) => {
    const { name, digest } = image
    // A digest says what it is, whatever the name that it was pulled under.
    const same = known.filter(({ RepoDigests }) => digest !== undefined && hasDigest(RepoDigests, digest))
    const candidates = digest === undefined ? [formatReference(source), name] : same.map(({ Id }) => Id)
    const pulled = await firstOf(engine, image, candidates)
    return pulled ? [[name, pulled] as const] : []
  })
  return new Map((await Promise.all(found)).flat())
}

async function firstOf(
  engine: Engine,
  image: Image,
  candidates: readonly string[],
): Promise<PulledImage | undefined> {
  for (const candidate of candidates) {
    const found = await inspectImage(engine, image, candidate)
    if (found) return found
  }
  return undefined
}

async function pullAll(
  engine: Engine,
  wanted: readonly Wanted[],
  options: EnsureOptions,
): Promise<(readonly [string, PulledImage])[]> {
  return together(
    wanted,
    async (one, signal) => [one.image.name, await pullOnce(engine, one, { ...options, signal })] as const,
    { signals: [options.signal] },
  )
}

/** Whoever asks for the same while it is being pulled waits for that pull. */
function pullOnce(engine: Engine, wanted: Wanted, options: EnsureOptions): Promise<PulledImage> {
  const pulls = PULLS.get(engine) ?? { limit: pLimit(AT_ONCE), begun: new Map() }
  PULLS.set(engine, pulls)
  const { limit, begun } = pulls
  const key = `${formatReference(wanted.source)} ${wanted.image.digest ?? ''}`
  const known = begun.get(key)
  if (known) return known
  const pulling = limit(() => pullMissing(engine, wanted, options)).finally(() => begun.delete(key))
  begun.set(key, pulling)
  return pulling
}

/** A pull that was begun before, and is over by now, may have brought it. */
async function pullMissing(engine: Engine, wanted: Wanted, options: EnsureOptions): Promise<PulledImage> {
  options.signal.throwIfAborted()
  const present = await presentOf(engine, [wanted])
  return present.get(wanted.image.name) ?? pullImage(engine, wanted, options)
}

async function pullImage(engine: Engine, wanted: Wanted, options: EnsureOptions): Promise<PulledImage> {
  const { image, source } = wanted
  const { signal, silence = SILENCE, onProgress } = options
  const { name, digest } = image
  const auth = await loginFor(source, engine, options)
  signal.throwIfAborted()
  const reference = formatReference(digest === undefined ? source : byDigest(source, digest))
  onProgress(
    digest === undefined ? `pulling ${name}, of which no digest is locked: by its tag` : `pulling ${name}`,
  )
  const progress = new PullProgress(name, onProgress)
  const onEvent = progress.on.bind(progress)
  await asked(engine, pullingOf(engine, image), signal, (docker) =>
    pull(docker, reference, { auth, signal, silence, onEvent }),
  )
  const pulled = await inspectImage(engine, image, reference)
  if (pulled) return pulled
  throw pullError('wrong-digest', `afterwards it has no ${reference}`, pullingOf(engine, image))
}

function pullingOf({ address }: Engine, { name, digest }: Image): Pulling {
  return { address, what: `pulling ${name}`, byDigest: digest !== undefined }
}

async function asked(
  engine: Engine,
  pulling: Pulling,
  signal: AbortSignal,
  question: (docker: Docker) => Promise<void>,
): Promise<void> {
  const told = (docker: Docker) =>
    question(docker).catch((error: unknown) => {
      throw pullFailure(error, pulling) ?? error
    })
  try {
    await engine.ask(pulling.what, told, DEADLINE)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

function offlineError({ address }: Engine, missing: readonly Wanted[]): EnvironmentError {
  const lines = missing.map(({ image: { name, digest }, source }) => {
    const reference = formatReference(digest === undefined ? source : byDigest(source, digest))
    return `  docker pull ${reference}${digest === undefined ? '' : `  # ${name}`}`
  })
  return new EnvironmentError(
    `--offline, and the Docker engine at ${address} lacks ${missing.length === 1 ? 'an image' : `${missing.length} images`}. Run once without --offline, or:\n${lines.join('\n')}`,
  )
}
