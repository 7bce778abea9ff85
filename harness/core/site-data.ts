/**
 * All verdicts of a site in little room, for the script of its pages. It comes as a script of its own (data/verdicts.js): a page that was opened
 * from a disk may load nothing else.
 */
import type { ClientKind } from './matrix.js'
import { type Verdict, VERDICTS } from './verdict.js'

export interface SiteData {
  /** `2026-11-23`, when the run began. */
  readonly date: string
  /** Oldest first. */
  readonly servers: readonly SiteServer[]
  readonly families: readonly SiteFamily[]
  /** Drivers, ORMs, stacks; of a family the newest first. */
  readonly clients: readonly SiteClient[]
  readonly groups: readonly string[]
  /** In the order of the matrix. */
  readonly probes: readonly SiteProbe[]
  /** For each client, in its order, and each server: a letter for each probe, see `encodeVerdict`. */
  readonly verdicts: readonly (readonly string[])[]
}

export interface SiteServer {
  readonly id: string
  /** `PostgreSQL 17.10` */
  readonly name: string
  readonly major: number
  readonly preview: boolean
}

export interface SiteFamily {
  readonly id: string
  readonly title: string
  readonly kind: ClientKind
  /** Its name in the package index; null where the results do not know it. */
  readonly package: string | null
  /** Ids that it had before; absent where there is none. */
  readonly formerly?: readonly string[]
}

export interface SiteClient {
  readonly id: string
  readonly title: string
  readonly family: string
  readonly version: string
  /** Under an ORM or a stack. */
  readonly driver: SiteRelease | null
  /** Of a stack. */
  readonly orm: SiteRelease | null
}

export interface SiteRelease {
  readonly family: string
  readonly version: string
}

export interface SiteProbe {
  readonly id: string
  readonly title: string
  /** Index into `groups`. */
  readonly group: number
}

/** Where there is no cell. */
const NOTHING = '-'
const FIRST = 'a'.charCodeAt(0)

/** `a` for the first of VERDICTS, and `-` for none. */
export function encodeVerdict(verdict: Verdict | undefined): string {
  return verdict === undefined ? NOTHING : String.fromCharCode(FIRST + VERDICTS.indexOf(verdict))
}

/** Undefined where there is no cell. */
export function decodeVerdict(letter: string | undefined): Verdict | undefined {
  return letter === undefined || letter === NOTHING ? undefined : VERDICTS[letter.charCodeAt(0) - FIRST]
}
