/** A client's environment as an image: its locked packages on a python image, kept on the engine under the hash of both. */
import { lockParts } from '../clients/lock-text.js'
import { EnvironmentError, type Unprepared } from '../core/runtime.js'
import { publicMessage } from '../tools/failure.js'
import { whatIsLacking } from '../tools/lacking.js'
import { Builder, type Order } from './builder.js'
import type { Engine } from './contract.js'
import { findImage, imageKey, makeImage, type KeptImage } from './kept-image.js'
import { pipFailureError, pipFailureKind } from './pip-failure.js'

/** Where environments stand, in builders and in images alike. */
const ENVIRONMENT = '/opt/pgmatrix/environment'
/** The environment's own python. */
export const PYTHON = `${ENVIRONMENT}/bin/python`

/** Grows when what is built from the same lock changes. */
const FORMAT = 1

/** Seconds for one environment. */
const DEADLINE = 900

/** What to have: these locked packages on this image's Python. */
export interface Wanted {
  /** Whose environment it is, for messages alone: clients with the same lock share one. */
  readonly client: string
  readonly lock: string
  /** Of the image, for messages: `3.12.11`. */
  readonly python: string
  /** Id of the python image. */
  readonly image: string
}

export interface Means extends Pick<Order, 'pip' | 'ca' | 'network'> {
  readonly signal: AbortSignal
  /** Seconds; the default suits a slow index. */
  readonly deadline?: number
}

export type Built = ({ readonly kind: 'built' } & KeptImage) | Unprepared

/** The finished environment, without network or builder; undefined where the engine has none. @throws EngineError */
export async function findEnvironmentImage(engine: Engine, wanted: Wanted): Promise<KeptImage | undefined> {
  return findImage(engine, keyOf(wanted))
}

/**
 * Builds it in a container of its own and keeps it; nothing is left where that fails.
 * @throws EnvironmentError without a network or space; "there is no wheel" and "there is no compiler" are answers. The signal's reason when aborted
 */
export async function buildEnvironmentImage(engine: Engine, wanted: Wanted, means: Means): Promise<Built> {
  const doing = `installing ${wanted.client} on Python ${wanted.python} in a container`
  const { deadline = DEADLINE } = means
  const late = AbortSignal.timeout(deadline * 1000)
  const signal = AbortSignal.any([means.signal, late])
  try {
    return await build(engine, { ...wanted, ...means, doing, signal, deadline })
  } catch (error) {
    means.signal.throwIfAborted()
    if (late.aborted)
      throw new EnvironmentError(`${doing} failed: no end after ${deadline} s`, {
        cause: error,
      })
    throw error
  }
}

type Building = Wanted & Required<Means> & Order

async function build(engine: Engine, building: Building): Promise<Built> {
  const { signal, client: purpose, image: base, deadline } = building
  signal.throwIfAborted()
  const builder = await Builder.start(engine, building)
  // Its streams end with it, and so does whatever waits for them.
  const end = () => void builder[Symbol.asyncDispose]().catch(() => {})
  signal.addEventListener('abort', end)
  try {
    signal.throwIfAborted()
    const answer = await builder.answer()
    if (answer.kind === 'failed') return unprepared(building, answer.output)
    const { archive, python, packages, built } = answer
    const record = { python, packages, built }
    const making = { purpose, base, archive, key: keyOf(building), record, signal, deadline }
    return { kind: 'built', ...(await makeImage(engine, making)) }
  } finally {
    signal.removeEventListener('abort', end)
    // It ends by itself when we go; a failure to end it now must not hide the first one.
    await builder[Symbol.asyncDispose]().catch(() => {})
  }
}

function unprepared({ doing, lock }: Building, output: string): Unprepared {
  const kind = pipFailureKind(output)
  if (kind === 'refused') return { kind, reason: publicMessage(output) }
  if (kind === 'lacking') return { kind: 'not-run', reason: lackingReason(lock, output) }
  throw pipFailureError(doing, output)
}

function lackingReason(lock: string, output: string): string {
  const names = lockParts(lock).builds.join(' and ')
  return `${names} must be built from source, and the image lacks ${whatIsLacking(output)}; name one that has it in pythons.yaml, or use --runtime embedded`
}

function keyOf({ lock, image }: Wanted): string {
  return imageKey([FORMAT, lock, image, ENVIRONMENT])
}
