/** One TCP connection through the relay, as node-postgres wants a socket. */
import { Duplex } from 'node:stream'
import type { Kind } from './relay-frames.js'

/** What a connection has of its relay. */
export interface Wire {
  send(connection: number, kind: Kind, payload?: Buffer): void
  /** Calls back when the relay takes more: at once, or later. */
  whenWritable(callback: () => void): void
  /** Nothing is sent to this connection any more. */
  forget(connection: number): void
}

/** Milliseconds; the relay itself gives up after five seconds. */
const OPEN_MS = 6000
/** Bytes: so much of one connection is sent between others'. */
const PIECE = 64 * 1024

type WriteDone = (error?: Error | null) => void

/**
 * Emits `connect`, then what a socket emits. Errors say where and what, and carry the far end's `code` (`ECONNREFUSED`).
 * `end()` sends FIN; `destroy()` closes the far end at once.
 */
export class RelayStream extends Duplex {
  #deadline: NodeJS.Timeout | undefined
  #connected = false
  /** What the peer, by way of the relay, does not want yet. */
  #held: { readonly data: Buffer; readonly done: WriteDone } | undefined
  #peerPaused = false
  #pausing = false
  #ended = { here: false, there: false }
  #closedThere = false

  constructor(
    private readonly wire: Wire,
    private readonly number: number,
    private readonly target: string,
  ) {
    super({ allowHalfOpen: false })
    this.#deadline = setTimeout(() => {
      this.destroy(this.#error(`ETIMEDOUT the relay has not answered for ${OPEN_MS / 1000} s`))
    }, OPEN_MS)
    wire.send(number, 'open', Buffer.from(target))
  }

  /** For node-postgres, which connects the stream that it was given: that is under way or done. */
  connect(): this {
    if (this.#connected) process.nextTick(() => this.emit('connect'))
    return this
  }

  /** The relay's far end never delays. */
  setNoDelay(): this {
    return this
  }

  /** The relay is on the server's machine. */
  setKeepAlive(): this {
    return this
  }

  /** What keeps the process is the relay's container. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  /** A frame of the relay for this connection. */
  receive(kind: Kind, payload: Buffer): void {
    RECEIVERS[kind]?.(this, payload)
  }

  opened(): void {
    clearTimeout(this.#deadline)
    this.#connected = true
    this.emit('connect')
  }

  arrived(data: Buffer): void {
    if (this.push(data) || this.#pausing) return
    this.#pausing = true
    this.wire.send(this.number, 'pause')
  }

  peerEnded(): void {
    this.#ended.there = true
    this.push(null)
  }

  peerFailed(words: string): void {
    this.#closedThere = true
    this.destroy(this.#error(words))
  }

  peerPaused(paused: boolean): void {
    this.#peerPaused = paused
    const held = this.#held
    if (paused || !held) return
    this.#held = undefined
    this.#write(held.data, held.done)
  }

  override _read(): void {
    if (!this.#pausing) return
    this.#pausing = false
    this.wire.send(this.number, 'resume')
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: WriteDone): void {
    this.#write(data, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: WriteDone): void {
    this.#write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  override _final(done: WriteDone): void {
    this.#ended.here = true
    this.wire.send(this.number, 'ended')
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#deadline)
    const isOver = this.#closedThere || (this.#ended.here && this.#ended.there)
    if (!isOver) this.wire.send(this.number, 'close')
    this.wire.forget(this.number)
    this.#held?.done(error)
    this.#held = undefined
    done(error)
  }

  #write(data: Buffer, done: WriteDone): void {
    if (this.destroyed) return
    if (this.#peerPaused) {
      this.#held = { data, done }
      return
    }
    this.wire.send(this.number, 'data', data.subarray(0, PIECE))
    const rest = data.subarray(PIECE)
    this.wire.whenWritable(rest.length === 0 ? done : () => this.#write(rest, done))
  }

  #error(words: string): Error {
    const [, code] = /^(E[A-Z0-9]+) /.exec(words) ?? []
    const error = new Error(`${this.target} through the relay: ${words}`)
    return code === undefined ? error : Object.assign(error, { code })
  }
}

const RECEIVERS: Partial<Record<Kind, (stream: RelayStream, payload: Buffer) => void>> = {
  opened: (stream) => stream.opened(),
  data: (stream, payload) => stream.arrived(payload),
  ended: (stream) => stream.peerEnded(),
  close: (stream, payload) => stream.peerFailed(payload.toString()),
  pause: (stream) => stream.peerPaused(true),
  resume: (stream) => stream.peerPaused(false),
}
