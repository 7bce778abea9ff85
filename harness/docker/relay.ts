/** TCP connections into a run's network, through a container in it: nothing is published, and remote engines work. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentError } from '../core/runtime.js'
import { PACKAGE } from '../package.js'
import type { AttachedContainer, Engine } from './contract.js'
import { exitWords } from './limits.js'
import { frameHeader, FrameReader, type Frame, type Kind } from './relay-frames.js'
import { RelayStream, type Wire } from './relay-stream.js'

export interface RelayWanted {
  readonly engine: Engine
  /** Id of an image with Python 3.8 or later. */
  readonly image: string
  /** Id of the network that it leads into. */
  readonly network: string
}

const READY_MS = 20_000
/** For the engine to tell how the container ended, once its output has. */
const FATE_MS = 250
/** Bytes that may wait for the container's input before connections have to wait. */
const BACKLOG = 256 * 1024
const LOG_LIMIT = 2000
const MEMORY = 128 * 1024 ** 2
/** Its own, and one thread for each name that is being looked up. */
const PIDS = 64
const NOTHING = Buffer.alloc(0)

/** Starts a relay's container. @throws EnvironmentError where it does not run; then nothing is left of it */
export async function openRelay({ engine, image, network }: RelayWanted): Promise<Relay> {
  const container = await engine.start({
    role: 'relay',
    purpose: 'the relay',
    image,
    command: ['python3', ...(await relayArguments())],
    user: '65534:65534',
    network,
    memory: MEMORY,
    pids: PIDS,
    tmpfs: {},
    env: {},
  })
  return Relay.open(container)
}

/** What makes a Python the relay. */
export async function relayArguments(): Promise<readonly string[]> {
  const text = await readFile(path.join(PACKAGE, 'python-fixtures', 'containers', 'relay.py'), 'utf8')
  return ['-I', '-u', '-c', text]
}

export class Relay implements AsyncDisposable, Wire {
  readonly #reader = new FrameReader()
  readonly #streams = new Map<number, RelayStream>()
  /** The number of the last connection. */
  #last = 0
  #queue: Buffer[] = []
  #queued = 0
  #congested = false
  #waiting: (() => void)[] = []
  #log = ''
  /** Why it does not live. */
  #end: string | undefined
  #isReady = (): void => {}
  readonly #ready = new Promise<void>((resolve) => (this.#isReady = resolve))
  readonly #gone: Promise<Error>
  #isGone = (_error: Error): void => {}

  private constructor(private readonly container: AttachedContainer) {
    this.#gone = new Promise((resolve) => (this.#isGone = resolve))
    const { stdin, stdout, stderr, fate } = container
    stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    for (const event of ['end', 'close', 'error']) stdout.on(event, () => void this.#breakOff())
    for (const event of ['close', 'error']) stdin.on(event, () => void this.#breakOff())
    stdin.on('drain', () => this.#drained())
    stderr.on('error', () => {}) // its end is told by the others
    stderr
      .setEncoding('utf8')
      .on('data', (more: string) => (this.#log = (this.#log + more).slice(-LOG_LIMIT)))
    void fate.then(() => this.#breakOff())
  }

  /**
   * Takes over a container that runs relay.py, to its end.
   * @throws EnvironmentError where it ends, or does not say within 20 s that it runs; then it is disposed of
   */
  static async open(container: AttachedContainer): Promise<Relay> {
    const relay = new Relay(container)
    const timer = setTimeout(() => relay.#fail(`it said nothing for ${READY_MS / 1000} s`), READY_MS)
    const failure = await Promise.race([relay.#ready, relay.#gone])
    clearTimeout(timer)
    if (!failure) return relay
    await relay[Symbol.asyncDispose]().catch(() => undefined) // the first error counts
    throw new EnvironmentError(`The servers can't be reached: ${failure.message}.`)
  }

  /** False once its container has ended: it leads nowhere any more. */
  get alive(): boolean {
    return this.#end === undefined
  }

  /**
   * Begins to connect; for node-postgres, `new Client({ stream: () => relay.connect(host, port) })`, and then its own
   * `connect()` in the same turn. Where it fails, and when the relay's container ends, the stream is destroyed with an error.
   */
  connect(host: string, port: number): RelayStream {
    const number = ++this.#last
    const stream = new RelayStream(this, number, `${host}:${port}`)
    if (this.#end === undefined) this.#streams.set(number, stream)
    else stream.destroy(ended(this.#end))
    return stream
  }

  send(connection: number, kind: Kind, payload = NOTHING): void {
    if (this.#end !== undefined) return
    if (this.#queue.length === 0) setImmediate(() => this.#flush())
    this.#queue.push(frameHeader({ connection, kind, payload }), payload)
    this.#queued += payload.length
  }

  whenWritable(callback: () => void): void {
    if (this.#congested || this.#queued > BACKLOG) this.#waiting.push(callback)
    else callback()
  }

  forget(connection: number): void {
    this.#streams.delete(connection)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail('we closed it')
    await this.container[Symbol.asyncDispose]()
  }

  /** All frames of a turn in one write: each write is a way through the engine. */
  #flush(): void {
    if (this.#end !== undefined) return
    const data = Buffer.concat(this.#queue)
    this.#queue = []
    this.#queued = 0
    this.#congested = !this.container.stdin.write(data)
    if (!this.#congested) this.#drained()
  }

  #drained(): void {
    this.#congested = false
    for (const callback of this.#waiting.splice(0)) this.whenWritable(callback)
  }

  #read(chunk: Buffer): void {
    if (this.#end !== undefined) return
    try {
      for (const frame of this.#reader.take(chunk)) this.#receive(frame)
    } catch (error) {
      this.#fail(`it wrote ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #receive({ connection, kind, payload }: Frame): void {
    if (kind === 'ready') this.#isReady()
    // One that is unknown was closed here while its frame was on its way.
    else this.#streams.get(connection)?.receive(kind, payload)
  }

  /** Something of it has ended, so all of it has; the engine may still tell how. */
  async #breakOff(): Promise<void> {
    const torn = this.#reader.torn ? ', in the middle of a frame' : ''
    const fate = await Promise.race([this.container.fate, pause(FATE_MS, undefined, { ref: false })])
    const how = fate?.kind === 'exited' ? exitWords(fate.code) : (fate?.reason ?? 'its streams broke off')
    const said = this.#log.trim().split('\n').at(-1)
    this.#fail(`${how}${torn}${said ? `: ${said}` : ''}`)
  }

  #fail(reason: string): void {
    if (this.#end !== undefined) return
    this.#end = reason
    this.#isGone(ended(reason))
    this.#queue = []
    this.#waiting = []
    for (const stream of this.#streams.values()) stream.destroy(ended(reason))
  }
}

function ended(reason: string): Error {
  return new Error(`the relay container ended (${reason})`)
}
