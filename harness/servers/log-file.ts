/** A log that cannot fill the disk: after its cap it goes on being read and is no longer written. */
import { createWriteStream, type WriteStream } from 'node:fs'

const CAP = 4 << 20
const TAIL = 2000

export class LogFile {
  readonly #path: string
  #stream: WriteStream | undefined
  #written = 0
  #tail = ''

  constructor(path: string) {
    this.#path = path
  }

  write(chunk: Buffer): void {
    this.#tail = (this.#tail + chunk.toString('utf8')).slice(-TAIL)
    if (this.#written > CAP) return
    this.#written += chunk.length
    this.#stream ??= createWriteStream(this.#path, { flags: 'a', mode: 0o600 }).on('error', () => {
      this.#written = Infinity
    })
    this.#stream.write(chunk)
  }

  /** The last 2,000 characters. */
  tail(): string {
    return this.#tail.trim()
  }
}
