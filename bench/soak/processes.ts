/** What a run has started, by what each process is to it. */
import { readdirSync, readFileSync } from 'node:fs'

export const KINDS = ['worker', 'recipe', 'backend', 'server'] as const
export type Kind = (typeof KINDS)[number]

export interface Found {
  readonly pid: number
  readonly kind: Kind
}

/** Everything below `root` that a fault may hit. */
export function processesOf(root: number): Found[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => describe(Number(name)))
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]))
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && (parent === root || isOurs(parent))
  }
  const words = new Map(all.map(({ pid, command }) => [pid, command]))
  return all.flatMap(({ pid, parent, command }) => {
    const kind = isOurs(pid) ? kindOf(command, words.get(parent) ?? '') : undefined
    return kind === undefined ? [] : [{ pid, kind }]
  })
}

function kindOf(command: string, parent: string): Kind | undefined {
  const isWorker = (text: string) => text.includes('worker.py')
  if (isWorker(command)) return isWorker(parent) ? 'recipe' : 'worker'
  if (command.startsWith('postgres: probe')) return 'backend'
  return /\/postgres .*-D/.test(command) ? 'server' : undefined
}

/** Nothing where it has ended meanwhile. */
function describe(pid: number): { pid: number; parent: number; command: string }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return [{ pid, parent: Number(parent), command }]
  } catch {
    return []
  }
}
