/** Ending processes that outlived the worker that started them. */
import { readdirSync, readFileSync } from 'node:fs'

/** Environment variable that a worker passes on to whatever it starts. */
export const MARK = 'PGMATRIX_WORKER'

const ROUNDS = 50

/**
 * Kills every process whose environment carries the mark, until none is found: one may fork between finding and killing.
 * Linux only. Elsewhere a worker that was killed from outside may leave processes of a recipe behind.
 */
export function killMarked(mark: string): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = marked(mark)
    if (pids.length === 0) return
    for (const pid of pids) kill(pid)
  }
}

/** Process ids; a process that is dead but not yet reaped has no environment any more. */
export function marked(mark: string): number[] {
  if (process.platform !== 'linux') return []
  const entry = `${MARK}=${mark}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environment(name).includes(entry))
    .map(Number)
}

function environment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return [] // gone, or somebody else's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
