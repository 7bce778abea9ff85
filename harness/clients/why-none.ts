/** Why a client has no environment, where none of the Pythons took its packages. */
import type { Unprepared } from '../core/runtime.js'

/** It is not the package's fault as long as one Python might take it on a machine that has what the build needs. */
export function whyNone(failed: readonly Unprepared[]): Unprepared {
  const lacking = failed.find(({ kind }) => kind === 'not-run')
  return lacking ?? failed[0] ?? { kind: 'refused', reason: 'no interpreter was tried' }
}
