/** A container that may reach the package index and sees no server: it installs a client's packages and hands them over as an archive. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { lockParts } from '../clients/lock-text.js'
import { EnvironmentError } from '../core/runtime.js'
import { PACKAGE } from '../package.js'
import type { AttachedContainer, ContainerWanted, Engine } from './contract.js'
import { splitAtLine } from './first-line.js'

export interface Order {
  /** For messages: `installing psycopg2-2.9.13 on Python 3.12.11 in a container`. */
  readonly doing: string
  readonly lock: string
  /** Id of an image with python3 and pip. */
  readonly image: string
  /** Id of a network that leads to the index. */
  readonly network: string
  /** Keys of pip's [global] section; they may hold passwords, and travel over the stream alone. */
  readonly pip: Readonly<Record<string, string>>
  /** PEM certificates to trust besides pip's own. */
  readonly ca: string | null
}

export type Answer =
  | {
      readonly kind: 'built'
      /** `3.12.11` */
      readonly python: string
      readonly packages: Readonly<Record<string, string>>
      /** Those built from their sources, to the tag of the wheel that they became. */
      readonly built: Readonly<Record<string, string>>
      /** A tar archive with paths from the root. It fails where it is not what was announced. */
      readonly archive: Readable
    }
  /** What pip said, without passwords. */
  | { readonly kind: 'failed'; readonly output: string }

const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('built'),
    python: z.string().regex(/^\d+\.\d+\.\d+/),
    packages: z.record(z.string(), z.string()),
    built: z.record(z.string(), z.string()),
    size: z.int().positive(),
  }),
  z.strictObject({ kind: z.literal('failed'), output: z.string() }),
])

const MB = 1024 * 1024
const MEMORY_MB = 2048
/** Of an archive, in bytes. */
const MAX_SIZE = 1024 * MB
/** Of what it says on its standard error, in characters. */
const MAX_STDERR = 20_000

/** Of all that is a client's: nobody's on the host, and not root's in the container. */
export const CLIENT_USER = '10001:10001'

const TMPFS = {
  // Paths are final from the start: this is where environments stand in the images made of them.
  '/opt/pgmatrix': 'rw,exec,nosuid,nodev,size=1g,mode=1777',
  '/tmp': 'rw,noexec,nosuid,nodev,size=512m,mode=1777',
}

export class Builder implements AsyncDisposable {
  #stderr = ''

  private constructor(
    private readonly container: AttachedContainer,
    private readonly order: Order,
  ) {
    container.stdin.on('error', () => {}) // it may end without reading; its fate tells
    container.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR)
    })
  }

  /** @throws EngineError */
  static async start(engine: Engine, order: Order): Promise<Builder> {
    return new Builder(await engine.start(await wanted(order)), order)
  }

  /** @throws EnvironmentError where the container ends before its answer */
  async answer(): Promise<Answer> {
    const { lock, pip, ca } = this.order
    this.container.stdin.write(`${JSON.stringify({ ...lockParts(lock), pip, ca })}\n`)
    const { line, rest } = await splitAtLine(this.container.stdout)
    const answer = answerSchema.safeParse(parseJson(line))
    if (!answer.success) throw await this.#early()
    if (answer.data.kind === 'failed') return answer.data
    const { size, ...built } = answer.data
    if (size > MAX_SIZE) throw this.#error(`it has ${megabytes(size)}; ${megabytes(MAX_SIZE)} are the most`)
    return { ...built, archive: Readable.from(this.#counted(rest, size), { objectMode: false }) }
  }

  /** Ends it, whatever it is doing. @throws EngineError where the engine does not answer */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.container[Symbol.asyncDispose]()
  }

  /** An archive cut off between two files would pass for a whole one. */
  async *#counted(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
    let left = size
    for await (const chunk of bytes) {
      left -= chunk.length
      if (left < 0) throw this.#error('it is longer than announced')
      yield chunk
    }
    if (left > 0) throw await this.#early()
  }

  /** Its output is over before its time. */
  async #early(): Promise<EnvironmentError> {
    const fate = await this.container.fate
    if (this.container.memoryKills > 0) return this.#error(`its memory of ${MEMORY_MB} MB was used up`)
    const end = fate.kind === 'exited' ? `its container ended with ${fate.code}` : fate.reason
    return this.#error([end, this.#stderr.trim()].filter(Boolean).join('\n'))
  }

  #error(reason: string): EnvironmentError {
    return new EnvironmentError(`${this.order.doing} failed: ${reason}`)
  }
}

async function wanted({ doing, image, network }: Order): Promise<ContainerWanted> {
  const program = await readFile(join(PACKAGE, 'python-fixtures', 'containers', 'build.py'), 'utf8')
  return {
    role: 'builder',
    purpose: doing,
    image,
    command: ['python3', '-I', '-u', '-c', program],
    user: CLIENT_USER,
    network,
    memory: MEMORY_MB * MB,
    pids: 128,
    tmpfs: TMPFS,
    env: {},
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
