/** What a shell evaluates so that it asks `pgmatrix complete` when the tabulator is pressed. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { PACKAGE } from '../../package.js'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export function completionScript(shell: Shell): string {
  return readFileSync(path.join(PACKAGE, 'templates', 'completion', `pgmatrix.${shell}`), 'utf8')
}
