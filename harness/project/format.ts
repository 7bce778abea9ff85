/** What a file of a project says of the packages it wants. */
import type { Requirement } from '../core/requirements.js'

export interface Wanted {
  /** Of packages that are wanted. */
  readonly requirements: readonly Requirement[]
  /** Of packages that only another line may want. */
  readonly constraints: readonly Requirement[]
  /** What could not be read, with its place: the release is known to nobody here. */
  readonly unread: readonly string[]
  /** Files that were read, itself first. */
  readonly files: readonly string[]
}

/** Parts of a pyproject.toml that are wanted only when asked for. */
export interface Parts {
  readonly extras: readonly string[]
  readonly groups: readonly string[]
}

export interface Format {
  /** Whether a file of this name is one. */
  readonly matches: (name: string) => boolean
  /** @throws UsageError with file and line. */
  readonly read: (file: string, parts: Parts) => Promise<Wanted>
}
