/** What a lock file says, without resolving anything. */
import { formatRange, parseRange } from '../core/python-range.js'
import type { Client } from '../core/matrix.js'

/** Above the requirements: what they were resolved for, so that a changed client does not run on an old lock. */
export function lockHeader(client: Client): string {
  const { builds = [] } = client
  const built = builds.length > 0 ? `${BUILDS}${builds.toSorted().join(' ')}\n` : ''
  return `# Written by pgmatrix lock: do not edit.\n# install: ${installLine(client)}\n# python: ${pythonLine(client)}\n${built}`
}

/** Whether the lock was resolved for these requirements and Pythons. */
export function lockFits(client: Client, lock: string): boolean {
  const header = lockHeader(client)
  return lock.startsWith(header) && lockParts(lock).builds.length === (client.builds ?? []).length
}

const BUILDS = '# builds: '
const TOOLS = '# to build with:\n'

export interface LockParts {
  /** What the environment holds, in pip's syntax. */
  readonly requirements: string
  /** Distributions among them that are built from their sources. */
  readonly builds: readonly string[]
  /** What they are built with, in pip's syntax; empty where nothing is built. */
  readonly tools: string
}

export function lockParts(lock: string): LockParts {
  const [requirements = '', tools = ''] = lock.split(TOOLS)
  const line = lock.split('\n').find((one) => one.startsWith(BUILDS)) ?? ''
  return { requirements, builds: line.slice(BUILDS.length).split(' ').filter(Boolean), tools }
}

/** @param tools empty where nothing is built */
export function lockText(client: Client, requirements: string, tools: string): string {
  return `${lockHeader(client)}${requirements}${tools === '' ? '' : TOOLS}${tools}`
}

function installLine({ install }: Client): string {
  return [...install].toSorted().join(' ')
}

function pythonLine({ python }: Client): string {
  return formatRange(parseRange(python) ?? [])
}
