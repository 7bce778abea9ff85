/** What the engine says of an image that it has. */
import { z } from 'zod'
import type { Image } from '../core/matrix.js'
import type { Engine } from './contract.js'
import { EngineError } from './engine-error.js'
import { parseReference } from './reference.js'

/** An image that the engine has. */
export interface PulledImage {
  /** `sha256:…`: the engine's own id of it. */
  readonly id: string
  /** `postgres:17.10-bookworm@sha256:…`, whatever mirror it came through; without a digest where it was made on the engine. */
  readonly reference: string
  /** `sha256:…` as registries know it; its id where it was made on the engine. */
  readonly digest: string
  /** Paths that it declares as volumes. */
  readonly volumes: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const schema = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z
    .object({ Volumes: z.record(z.string(), z.unknown()).nullish(), Env: z.array(z.string()).nullish() })
    .nullish(),
})
type Inspected = z.infer<typeof schema>

/**
 * Undefined where there is no such image, or where it is another one than the lock's.
 * @param reference what the engine is asked for
 * @throws EngineError
 */
export async function inspectImage(
  engine: Engine,
  image: Image,
  reference: string,
): Promise<PulledImage | undefined> {
  const answer = await answerFor(engine, reference)
  if (answer === undefined) return undefined
  const found = schema.safeParse(answer)
  if (!found.success)
    throw new EngineError(`The Docker engine at ${engine.address} says nothing sensible of ${reference}.`)
  const { RepoDigests } = found.data
  if (image.digest !== undefined && !hasDigest(RepoDigests, image.digest)) return undefined
  return pulledImage(image, found.data)
}

/** @param repoDigests `registry.example/hub/postgres@sha256:…` */
export function hasDigest(repoDigests: readonly string[] | null | undefined, digest: string): boolean {
  return repoDigests?.some((one) => one.endsWith(`@${digest}`)) ?? false
}

async function answerFor(engine: Engine, reference: string): Promise<unknown> {
  try {
    return await engine.ask(`looking at the image ${reference}`, (docker) =>
      docker.getImage(reference).inspect(),
    )
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined
    throw error
  }
}

function pulledImage({ name, digest: locked }: Image, { Id, RepoDigests, Config }: Inspected): PulledImage {
  const digest = locked ?? digestFor(name, RepoDigests ?? [])
  return {
    id: Id,
    reference: digest === undefined ? name : `${name}@${digest}`,
    digest: digest ?? Id,
    volumes: Object.keys(Config?.Volumes ?? {}),
    env: Object.fromEntries((Config?.Env ?? []).map(variable)),
  }
}

/** One image may have a digest of each registry that it was pulled from. */
function digestFor(name: string, repoDigests: readonly string[]): string | undefined {
  const folder = parseReference(name).path
  const pairs = repoDigests.map((one) => one.split('@'))
  return (pairs.find(([from = '']) => `/${from}`.endsWith(`/${folder}`)) ?? pairs[0])?.[1]
}

function variable(text: string): readonly [string, string] {
  const end = text.indexOf('=')
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
}
