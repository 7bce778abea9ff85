/** What a lock file says, without resolving anything. */
import { formatRange, parseRange } from '../core/python-range.js'
import type { Client } from '../core/matrix.js'

/** Above the requirements: what they were resolved for, so that a changed client does not run on an old lock. */
export function lockHeader(client: Client): string {
  return `# Written by pgmatrix lock: do not edit.\n# install: ${installLine(client)}\n# python: ${pythonLine(client)}\n`
}

/** Whether the lock was resolved for these requirements and Pythons. */
export function lockFits(client: Client, lock: string): boolean {
  return lock.startsWith(lockHeader(client))
}

function installLine({ install }: Client): string {
  return [...install].toSorted().join(' ')
}

function pythonLine({ python }: Client): string {
  return formatRange(parseRange(python) ?? [])
}
