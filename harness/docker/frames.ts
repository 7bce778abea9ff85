/**
 * The engine's stream of an attached container: frames of one byte of kind, three of nothing, four of length, and the payload.
 * Written anew because docker-modem's own recurses once per frame and takes a torn frame for an end.
 */
import { PassThrough, type Readable } from 'node:stream'

const HEADER = 8
/** Kind of a frame; what a container writes has no other. */
const KINDS = { stdout: 1, stderr: 2 } as const

type Name = keyof typeof KINDS

export interface Split {
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when `source` has ended and all of it was passed on: with what was wrong with its end, if anything. */
  readonly ended: Promise<string | undefined>
}

/** Splits by kind, at the speed of whoever reads; nothing is held back but what the readers have not taken yet. */
export function splitFrames(source: Readable): Split {
  const sinks = { stdout: new PassThrough(), stderr: new PassThrough() }
  const ended = pump(source, sinks).then(
    (problem) => finish(sinks, problem),
    (error: unknown) => finish(sinks, error instanceof Error ? error.message : String(error)),
  )
  return { ...sinks, ended }
}

type Sinks = Readonly<Record<Name, PassThrough>>

async function pump(source: Readable, sinks: Sinks): Promise<string | undefined> {
  const frames = new Frames()
  for await (const chunk of source) {
    if (!Buffer.isBuffer(chunk)) return 'the stream is not one of bytes'
    const parts = frames.take(chunk)
    if (typeof parts === 'string') return parts
    await write(sinks.stdout, parts.stdout)
    await write(sinks.stderr, parts.stderr)
  }
  return frames.torn ? 'the stream ended in the middle of a frame' : undefined
}

function finish(sinks: Sinks, problem: string | undefined): string | undefined {
  sinks.stdout.end()
  sinks.stderr.end()
  return problem
}

async function write(sink: PassThrough, parts: readonly Buffer[]): Promise<void> {
  if (parts.length === 0 || sink.destroyed || sink.write(Buffer.concat(parts))) return
  await new Promise<void>((resolve) => {
    const go = () => {
      sink.off('drain', go).off('close', go)
      resolve()
    }
    sink.on('drain', go).on('close', go)
  })
}

/** Where one chunk ends and the next begins is nobody's concern but this one's. */
class Frames {
  readonly #header = Buffer.alloc(HEADER)
  /** Bytes of the header that have come. */
  #have = 0
  /** Bytes of the payload that are still to come. */
  #left = 0
  #name: Name = 'stdout'

  get torn(): boolean {
    return this.#have > 0 || this.#left > 0
  }

  /** The payloads of a chunk, or what is wrong with it. */
  take(chunk: Buffer): Record<Name, Buffer[]> | string {
    const parts: Record<Name, Buffer[]> = { stdout: [], stderr: [] }
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left)
        parts[this.#name].push(chunk.subarray(at, end))
        this.#left -= end - at
        at = end
        continue
      }
      const taken = chunk.copy(this.#header, this.#have, at, at + HEADER - this.#have)
      this.#have += taken
      at += taken
      if (this.#have === HEADER && !this.#begin())
        return `frame of an unknown kind ${this.#header[0]}: this is no attached container`
    }
    return parts
  }

  #begin(): boolean {
    this.#have = 0
    const kind = this.#header[0]
    this.#left = this.#header.readUInt32BE(4)
    if (kind === KINDS.stdout) this.#name = 'stdout'
    else if (kind === KINDS.stderr) this.#name = 'stderr'
    else return false
    return true
  }
}
