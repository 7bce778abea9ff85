/** One pull: the engine's news of it, read line by line to their end. dockerode passes a failure told in them off as a success. */
import type Docker from 'dockerode'
import { z } from 'zod'

const eventSchema = z.object({
  status: z.string().optional(),
  /** Of a layer. */
  id: z.string().optional(),
  /** Bytes. */
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
})
export type PullEvent = z.infer<typeof eventSchema>

export interface PullOptions {
  readonly auth: Docker.AuthConfig | undefined
  readonly signal: AbortSignal
  /** Seconds without a word after which nothing more is waited for. */
  readonly silence: number
  readonly onEvent: (event: PullEvent) => void
}

/** What was said, or not said, of a pull that failed; see pull-failure.ts. */
export class PullBroken extends Error {
  override readonly name = 'PullBroken'
}

/** Characters. */
const MAX_LINE = 1_000_000

/**
 * @param reference with a tag or a digest
 * @throws PullBroken where the news tell of an error, break off or stop coming; dockerode's errors; the signal's reason
 */
export async function pull(docker: Docker, reference: string, options: PullOptions): Promise<void> {
  const { auth } = options
  const quiet = new Silence(options.silence)
  const stop = AbortSignal.any([options.signal, quiet.signal])
  try {
    const stream = await docker.pull(reference, { ...(auth && { authconfig: auth }), abortSignal: stop })
    stream.setEncoding('utf8')
    for await (const line of lines(stream)) {
      quiet.broken()
      const event = parseEvent(line)
      if (event.error !== undefined) throw new PullBroken(event.error)
      options.onEvent(event)
    }
  } catch (error) {
    stop.throwIfAborted() // what ends it so far down is some "aborted"
    throw error
  } finally {
    quiet[Symbol.dispose]()
  }
}

class Silence implements Disposable {
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout

  constructor(private readonly seconds: number) {
    this.#timer = this.#start()
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  broken(): void {
    clearTimeout(this.#timer)
    this.#timer = this.#start()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #start(): NodeJS.Timeout {
    const reason = new PullBroken(`it said nothing for ${this.seconds} s`)
    return setTimeout(() => this.#stop.abort(reason), this.seconds * 1000)
  }
}

async function* lines(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of stream) {
      const parts = `${rest}${String(chunk)}`.split('\n')
      rest = parts.pop() ?? ''
      if (rest.length > MAX_LINE) throw new PullBroken('it sent a line without an end')
      yield* parts.filter((part) => part.trim() !== '')
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')
      throw new PullBroken('it broke off in the middle of its news')
    throw error
  }
  if (rest.trim() !== '') throw new PullBroken('it broke off in the middle of a line')
}

function parseEvent(line: string): PullEvent {
  const event = eventSchema.safeParse(parseJson(line))
  if (event.success) return event.data
  throw new PullBroken(`it sent something else than news of a pull: ${JSON.stringify(line.slice(0, 80))}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
