/** What installing anything needs to know of its surroundings; one record, so that tests can replace all of it. */
import { cacheRoot } from '../cache.js'
import { findInterpreters } from '../clients/interpreters.js'
import type { Interpreter } from '../core/runtime.js'

export interface Setting {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path; see cacheRoot(). */
  readonly cache: string
  /** Newest first; looked for once, when first asked. */
  readonly interpreters: () => Promise<readonly Interpreter[]>
  readonly signal?: AbortSignal | undefined
}

/** This process's own surroundings, with the given parts replaced. */
export function ownSetting(parts: Partial<Setting> = {}): Setting {
  const env = parts.env ?? process.env
  let found: Promise<readonly Interpreter[]> | undefined
  const interpreters = () => (found ??= findInterpreters({ env }))
  return { env, cache: cacheRoot(), interpreters, ...parts }
}
