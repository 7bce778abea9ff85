/** Images that pgmatrix keeps on the engine, found again by the hash of what they were made from. */
import { createHash } from 'node:crypto'
import type Docker from 'dockerode'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { CLIENT_USER } from './builder.js'
import { removeContainer } from './container.js'
import type { Engine } from './contract.js'
import { EngineError } from './engine-error.js'
import { confinement } from './hardening.js'
import { ENVIRONMENT_ROLE, LABELS } from './owner.js'

/** What is in an environment. */
export interface ImageRecord {
  /** `3.12.11` */
  readonly python: string
  /** Every distribution installed, normalised name to version. */
  readonly packages: Readonly<Record<string, string>>
  /** Those built from their sources, to the tag of the wheel that they became. */
  readonly built: Readonly<Record<string, string>>
}

export interface KeptImage extends ImageRecord {
  readonly image: string
}

const LABEL = { role: LABELS.role, key: 'pgmatrix.key', record: 'pgmatrix.record' }

const recordSchema = z.strictObject({
  python: z.string(),
  packages: z.record(z.string(), z.string()),
  built: z.record(z.string(), z.string()).default({}),
})

/** Hex. */
export function imageKey(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** @throws EngineError */
export async function findImage(engine: Engine, key: string): Promise<KeptImage | undefined> {
  const filters = { label: [`${LABEL.role}=${ENVIRONMENT_ROLE}`, `${LABEL.key}=${key}`] }
  // `all`, since an image that others stand on passes for an intermediate one.
  const images = await engine.ask('listing its images', (docker) => docker.listImages({ all: true, filters }))
  for (const { Id: image, Labels: labels } of images) {
    const record = recordSchema.safeParse(parseJson(labels?.[LABEL.record] ?? ''))
    if (record.success) return { image, ...record.data }
  }
  return undefined
}

export interface Making {
  /** For messages: `psycopg2-2.9.13`. */
  readonly purpose: string
  /** Id of the image to add to. */
  readonly base: string
  /** A tar archive with paths from the root. Its failure is the image's. */
  readonly archive: Readable
  readonly key: string
  readonly record: ImageRecord
  readonly signal: AbortSignal
  /** Seconds for the archive to come and be taken. */
  readonly deadline: number
  /** Gives it a name, so that people see whose it is and no clean-up takes it for left-over; others stand under one that has. */
  readonly repository?: string
}

/**
 * Adds an archive's files to an image, as root and without running anything. On failure nothing stays.
 * @throws EngineError, and whatever the archive fails with
 */
export async function makeImage(engine: Engine, making: Making): Promise<KeptImage> {
  const maker = await engine.ask(`creating a container for ${making.purpose}`, (docker) =>
    docker.createContainer(makerOptions(making.base, engine.labels('maker'))),
  )
  let image: string
  try {
    await putArchive(engine, maker, making)
    image = await commit(engine, maker, making)
  } catch (error) {
    await removeContainer(engine, maker, making.purpose).catch(() => {}) // the first failure is the one to tell
    throw error
  }
  await removeContainer(engine, maker, making.purpose)
  return { image, ...making.record }
}

/** Its root is writable: the engine puts no files into a read-only one. It never runs. */
function makerOptions(base: string, labels: Record<string, string>): Docker.ContainerCreateOptions {
  return {
    Image: base,
    User: CLIENT_USER,
    Labels: labels,
    HostConfig: confinement({ network: null, memory: 64 * 1024 * 1024, pids: 1 }),
  }
}

async function putArchive(engine: Engine, maker: Docker.Container, making: Making): Promise<void> {
  const { archive, purpose, deadline } = making
  const stop = new AbortController()
  const abortSignal = AbortSignal.any([making.signal, stop.signal])
  let broken: unknown
  archive.on('error', (error) => (broken = error))
  try {
    await engine.ask(
      `taking the files of ${purpose}`,
      () => maker.putArchive(archive, { path: '/', noOverwriteDirNonDir: 'true', abortSignal }),
      deadline,
    )
  } catch (error) {
    stop.abort() // of a request that took too long
    archive.destroy()
    throw broken ?? error
  }
}

const committedSchema = z.object({ Id: z.string() })

async function commit(engine: Engine, maker: Docker.Container, making: Making): Promise<string> {
  const { key, record, purpose, repository } = making
  const name = repository === undefined ? {} : { repo: repository, tag: key.slice(0, 12) }
  const made = { [LABEL.role]: ENVIRONMENT_ROLE, [LABEL.key]: key, [LABEL.record]: JSON.stringify(record) }
  // An image inherits its container's labels, and can empty but not drop them: it belongs to no run.
  const inherited = Object.keys(engine.labels('maker')).map((name) => [name, ''])
  const Labels = { ...Object.fromEntries(inherited), ...made }
  const answer: unknown = await engine.ask(
    `keeping the image of ${purpose}`,
    () => maker.commit({ _query: { container: maker.id, pause: false, ...name }, _body: { Labels } }),
    120,
  )
  const committed = committedSchema.safeParse(answer)
  if (committed.success) return committed.data.Id
  throw new EngineError(`The Docker engine at ${engine.address} gave no id for the image of ${purpose}.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
