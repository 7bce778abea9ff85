/** Frames between the harness and the relay; python-fixtures/containers/relay.py describes them. */

export const KINDS = ['ready', 'open', 'opened', 'data', 'ended', 'close', 'pause', 'resume'] as const
export type Kind = (typeof KINDS)[number]

export interface Frame {
  /** 0 is the relay itself. */
  readonly connection: number
  readonly kind: Kind
  readonly payload: Buffer
}

/** Connection (4 bytes), kind (1), length of the payload (4); big-endian. */
const HEADER = 9
/** The relay reads its peers in smaller pieces. */
const MAX_PAYLOAD = 1024 ** 2
const NOTHING = Buffer.alloc(0)

export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
}

export function frameHeader({ connection, kind, payload }: Frame): Buffer {
  const header = Buffer.allocUnsafe(HEADER)
  header.writeUInt32BE(connection, 0)
  header.writeUInt8(KINDS.indexOf(kind), 4)
  header.writeUInt32BE(payload.length, 5)
  return header
}

/** Frames out of chunks that end anywhere. */
export class FrameReader {
  /** The pieces of a frame that has not come as a whole. */
  #pieces: Buffer[] = []
  #have = 0
  #need = HEADER

  /** Whether something of a frame has come, and not all of it. */
  get torn(): boolean {
    return this.#have > 0
  }

  /**
   * The frames that a chunk completes. Their payloads are views of what was read.
   * @throws MalformedFrame
   */
  take(chunk: Buffer): readonly Frame[] {
    this.#pieces.push(chunk)
    this.#have += chunk.length
    if (this.#have < this.#need) return []
    const bytes = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces)
    const frames: Frame[] = []
    let at = 0
    for (;;) {
      const end = at + frameLength(bytes, at)
      if (end > bytes.length) {
        this.#keep(bytes.subarray(at), end - at)
        return frames
      }
      frames.push(parsed(bytes.subarray(at, end)))
      at = end
    }
  }

  #keep(rest: Buffer, need: number): void {
    this.#pieces = rest.length === 0 ? [] : [rest]
    this.#have = rest.length
    this.#need = need
  }
}

/** As far as it is known: a header's where the header has not come. */
function frameLength(bytes: Buffer, at: number): number {
  if (bytes.length - at < HEADER) return HEADER
  kindAt(bytes, at)
  const length = bytes.readUInt32BE(at + 5)
  if (length > MAX_PAYLOAD) throw new MalformedFrame(`a frame of ${length} bytes`)
  return HEADER + length
}

function kindAt(bytes: Buffer, at: number): Kind {
  const kind = KINDS[bytes.readUInt8(at + 4)]
  if (kind === undefined) throw new MalformedFrame(`a frame of the unknown kind ${bytes[at + 4]}`)
  return kind
}

function parsed(bytes: Buffer): Frame {
  const payload = bytes.length === HEADER ? NOTHING : bytes.subarray(HEADER)
  return { connection: bytes.readUInt32BE(0), kind: kindAt(bytes, 0), payload }
}
