/** Which cells say the same, though they were seen at other moments and on other servers. */
import type { Attempt, Cell } from '../../core/result.js'
import type { ResultsView } from './view.js'

/** Of an attempt: what differs from run to run. */
const MEASURED: ReadonlySet<string> = new Set<keyof Attempt>(['figures', 'ms', 'cpuMs'])

/** Tens of thousands of cells say a few thousand texts: each gets a number, and is looked through once for each version of a server. */
class Fingerprints {
  readonly #byVersion = new Map<string, Map<string, number>>()
  readonly #plain = new Map<string, number>()
  readonly #json = new WeakMap<object, string>()

  /** Equal for cells that differ in nothing but durations, figures, addresses in memory and the version in which a server presents itself. */
  of({ verdict, reason, note, absent, attempts }: Cell, version: string): string {
    const timeless = attempts.flatMap((attempt) =>
      Object.entries(attempt).flatMap(([key, part]) => (MEASURED.has(key) ? [] : [part])),
    )
    const known = this.#byVersion.get(version) ?? new Map<string, number>()
    this.#byVersion.set(version, known)
    return [verdict, reason, note, absent, ...timeless]
      .map((part) => this.#number(this.#text(part), version, known))
      .join(' ')
  }

  #number(text: string, version: string, known: Map<string, number>): number {
    const before = known.get(text)
    if (before !== undefined) return before
    const plain = text
      .replaceAll(`PostgreSQL ${version}`, 'PostgreSQL …')
      .replace(/\b0x[0-9a-f]{4,}\b/g, '0x…')
    const number = this.#plain.get(plain) ?? this.#plain.size
    this.#plain.set(plain, number)
    known.set(text, number)
    return number
  }

  /** Of what is not a text, its JSON, kept: many cells have the same. */
  #text(part: unknown): string {
    if (typeof part !== 'object' || part === null) return String(part)
    const known = this.#json.get(part)
    if (known !== undefined) return known
    const text = JSON.stringify(part)
    this.#json.set(part, text)
    return text
  }
}

/** One for all pages of a site. */
export function fingerprintsOf(view: ResultsView): Fingerprints {
  const known = ofViews.get(view) ?? new Fingerprints()
  ofViews.set(view, known)
  return known
}

const ofViews = new WeakMap<ResultsView, Fingerprints>()
