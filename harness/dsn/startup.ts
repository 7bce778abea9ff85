/** The beginning of PostgreSQL's protocol, as far as somebody between a client and a server has to read it. */
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export type Startup =
  | { readonly kind: 'session'; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'cancel'; readonly message: Buffer }

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const CANCEL_REQUEST = 80877102
/** Bytes; PostgreSQL's own limit. */
const LONGEST = 10_000
const READY = 0x5a
const ERROR_RESPONSE = 0x45
const BACKEND_KEY_DATA = 0x4b

/** Reads a stream piece by piece, and gives it back with all that was not asked for. */
class Bytes {
  #held = Buffer.alloc(0)
  #ended = false
  #wake = (): void => {}

  readonly #hear = (chunk: Buffer): void => {
    this.#held = Buffer.concat([this.#held, chunk])
    this.#wake()
  }
  readonly #end = (): void => {
    this.#ended = true
    this.#wake()
  }

  constructor(private readonly stream: Duplex) {
    stream.on('data', this.#hear).on('end', this.#end).on('close', this.#end).resume()
  }

  /** @throws Error where the stream ends before */
  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      if (this.#ended) throw new Error('the connection ended')
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  giveBack(): void {
    this.stream.off('data', this.#hear).off('end', this.#end).off('close', this.#end)
    this.stream.pause()
    if (this.#held.length > 0) this.stream.unshift(this.#held)
  }
}

/** Encryption is declined: nobody else can enter the socket's folder. @throws Error on anything but a startup */
export async function readStartup(client: Socket): Promise<Startup> {
  const bytes = new Bytes(client)
  for (;;) {
    const message = await readMessage(bytes)
    const code = message.readUInt32BE(4)
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      client.write('N')
      continue
    }
    bytes.giveBack()
    return code === CANCEL_REQUEST
      ? { kind: 'cancel', message }
      : { kind: 'session', parameters: parametersOf(message) }
  }
}

async function readMessage(bytes: Bytes): Promise<Buffer> {
  const head = await bytes.take(4)
  const length = head.readUInt32BE(0)
  if (length < 8 || length > LONGEST) throw new Error(`a startup message of ${length} bytes`)
  return Buffer.concat([head, await bytes.take(length - 4)])
}

function parametersOf(message: Buffer): Record<string, string> {
  const words = message.subarray(8).toString('utf8').split('\0')
  const parameters: Record<string, string> = {}
  for (let at = 0; words[at]; at += 2) parameters[words[at] ?? ''] = words[at + 1] ?? ''
  return parameters
}

/**
 * Asks something on behalf of the session, and reads away all that is said to it. Resolves to the server's ErrorResponse as it came,
 * undefined where it gave none. @throws Error where the connection ends before
 */
export async function skipToReady(stream: Duplex, sql: string): Promise<Buffer | undefined> {
  const text = Buffer.from(`${sql}\0`)
  const head = Buffer.alloc(5)
  head.write('Q')
  head.writeUInt32BE(text.length + 4, 1)
  stream.write(Buffer.concat([head, text]))
  const bytes = new Bytes(stream)
  let refusal: Buffer | undefined
  for (;;) {
    const kind = await bytes.take(5)
    const rest = await bytes.take(kind.readUInt32BE(1) - 4)
    if (kind[0] === ERROR_RESPONSE) refusal = Buffer.concat([kind, rest])
    if (kind[0] !== READY) continue
    bytes.giveBack()
    return refusal
  }
}

/** What cancels a session's statement, from what its server said at the login: the key in BackendKeyData. */
export function cancelRequest(greeting: Buffer): Buffer | undefined {
  for (let at = 0; at + 5 <= greeting.length; at += 1 + greeting.readUInt32BE(at + 1)) {
    if (greeting[at] !== BACKEND_KEY_DATA) continue
    const key = greeting.subarray(at + 5, at + 1 + greeting.readUInt32BE(at + 1))
    const head = Buffer.alloc(8)
    head.writeUInt32BE(head.length + key.length)
    head.writeUInt32BE(CANCEL_REQUEST, 4)
    return Buffer.concat([head, key])
  }
  return undefined
}

/** For a client whose server could not be reached. */
export function errorResponse(reason: string): Buffer {
  const fields = [`SFATAL`, 'VFATAL', 'C08006', `M${reason}`, ''].map((field) => `${field}\0`).join('')
  const text = Buffer.from(fields)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeUInt32BE(text.length + 4, 1)
  return Buffer.concat([head, text])
}
