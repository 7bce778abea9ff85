/** The program as a user starts it: `bin/pgmatrix.js` in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { once } from 'node:events'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export class Program {
  readonly process: ChildProcess
  stdout = ''
  stderr = ''

  /** @param folder that it is started in, an empty one else */
  constructor(
    words: readonly string[],
    environment: Record<string, string> = {},
    readonly folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-cwd-')),
  ) {
    const program = path.resolve('bin/pgmatrix.js')
    const env = { ...process.env, ...environment }
    this.process = spawn(process.execPath, [program, ...words], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process.stdout?.on('data', (chunk) => (this.stdout += chunk))
    this.process.stderr?.on('data', (chunk) => (this.stderr += chunk))
  }

  async ended(): Promise<Ended> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'close')
    return { code: this.process.exitCode, stdout: this.stdout, stderr: this.stderr }
  }

  /** Lines of the newest results file so far. */
  lines(): { kind: string; probe?: string }[] {
    const folder = path.join(this.folder, 'results')
    const [file] = readdirSync(folder)
    if (!file) return []
    const whole = readFileSync(path.join(folder, file), 'utf8').split('\n').slice(0, -1)
    return whole.map((line) => JSON.parse(line))
  }

  /** Process ids of everything that this program has started, and what those have. */
  descendants(): number[] {
    const parents = new Map(processes().map(({ pid, parent }) => [pid, parent]))
    const isOurs = (pid: number): boolean => {
      const parent = parents.get(pid)
      return parent !== undefined && (parent === this.process.pid || isOurs(parent))
    }
    return [...parents.keys()].filter(isOurs)
  }
}

export const run = (
  words: readonly string[],
  environment?: Record<string, string>,
  folder?: string,
): Promise<Ended> => new Program(words, environment, folder).ended()

export function isAlive(pid: number): boolean {
  return processes().some((one) => one.pid === pid)
}

/** Zombies do not count: they wait for a parent that is not ours. */
function processes(): { pid: number; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const [state, parent] = statOf(name)
      return parent === undefined || state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent) }]
    })
}

function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** @throws Error when it does not become true within a minute. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let left = 600; !holds(); left--) {
    if (left === 0) throw new Error(`did not happen within 60 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
