/** How far a pull is, in words. */
import type { PullEvent } from './pull.js'

const EVERY_MS = 1000

interface Layer {
  readonly current: number
  readonly total: number
}

export class PullProgress {
  readonly #layers = new Map<string, Layer>()
  #percent = 0
  #toldAt = performance.now()

  constructor(
    /** `postgres:17.10-bookworm` */
    private readonly image: string,
    private readonly say: (text: string) => void,
  ) {}

  /** At most one line a second, the first after a second, and never the same or a smaller number: sizes become known one by one. */
  on({ status, id, progressDetail }: PullEvent): void {
    if (id === undefined) return
    const known = this.#layers.get(id)
    if (status === 'Downloading' && progressDetail?.total) {
      this.#layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total })
    } else if (status === 'Download complete' && known) {
      this.#layers.set(id, { current: known.total, total: known.total })
    }
    this.#tell()
  }

  #tell(): void {
    const layers = [...this.#layers.values()]
    const total = sum(layers.map((layer) => layer.total))
    const percent = total === 0 ? 0 : Math.floor((100 * sum(layers.map((layer) => layer.current))) / total)
    const now = performance.now()
    if (percent <= this.#percent || now - this.#toldAt < EVERY_MS) return
    this.#percent = percent
    this.#toldAt = now
    this.say(`pulling ${this.image} ${percent} %`)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
