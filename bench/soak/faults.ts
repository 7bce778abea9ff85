/** What can go wrong on a machine while a run goes on. Each fault is over when its promise is. */
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { processesOf, type Kind } from './processes.js'

export interface Soaked {
  /** Process id of the run. */
  readonly root: number
  /** Its own /dev/shm, where the servers' data is, as this process sees it. */
  readonly memory: string
  /** Seconds that a process stands still. */
  readonly stopped: number
  readonly random: () => number
}

/** Returns whether there was something to hit. */
export type Fault = (soaked: Soaked) => Promise<boolean>

export const FAULTS: Readonly<Record<string, Fault>> = {
  'a worker is killed': killed('worker'),
  'a recipe is killed': killed('recipe'),
  'a backend is killed': killed('backend'),
  'a server is killed': killed('server'),
  'a process stands still': async (soaked) => {
    const pid = chosen(soaked, ['worker', 'recipe', 'backend', 'server'])
    if (pid === undefined || !signal(pid, 'SIGSTOP')) return false
    await sleep(soaked.stopped * 1000)
    signal(pid, 'SIGCONT')
    return true
  },
  'the disk of the data is full': async (soaked) => {
    const { memory } = soaked
    // Before there are cells, a run may well say that there is no place for it.
    if (chosen(soaked, ['worker']) === undefined) return false
    const { bavail, bsize } = statfsSync(memory)
    const file = `${memory}/full`
    try {
      execFileSync('fallocate', ['--length', String(bavail * bsize), file])
      await sleep(2000)
    } finally {
      rmSync(file, { force: true })
    }
    return true
  },
}

function killed(kind: Kind): Fault {
  return async (soaked) => {
    const pid = chosen(soaked, [kind])
    return pid !== undefined && signal(pid, 'SIGKILL')
  }
}

function chosen({ root, random }: Soaked, kinds: readonly Kind[]): number | undefined {
  const all = processesOf(root).filter(({ kind }) => kinds.includes(kind))
  return all[Math.floor(random() * all.length)]?.pid
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
