/** Runs a command and watches its whole process tree: wall time, CPU and peak memory. Linux: it reads /proc. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

export interface Measured {
  readonly seconds: number
  /** User and system time of the tree, servers included. */
  readonly cpuSeconds: number
  /** Largest sum of resident memory seen; shared pages count once per process. */
  readonly peakMegabytes: number
  readonly stdout: string
}

/** Often enough for a peak; more often, and the watching itself takes a share of the processors. */
const EVERY_MS = 250
/** USER_HZ: ticks per second in /proc/<pid>/stat, 100 on every Linux that Node runs on. */
const TICKS = 100
const PAGE = 4096

/** Tells Node to collect garbage before there are hundreds of megabytes of it: what is measured then is what a program needs. */
export const LITTLE_ROOM = '--max-old-space-size=200'

/** @throws Error when the command fails. */
export async function measure(words: readonly string[]): Promise<Measured> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  let [cpuTicks, peak] = [0, 0]
  const sampling = setInterval(() => {
    const tree = treeOf(child.pid ?? 0)
    cpuTicks = Math.max(cpuTicks, sum(tree.map(({ ticks }) => ticks)))
    peak = Math.max(peak, sum(tree.map(({ bytes }) => bytes)))
  }, EVERY_MS)
  await once(child, 'close')
  clearInterval(sampling)
  if (child.exitCode !== 0) throw new Error(`${words.join(' ')} ended with exit code ${child.exitCode}`)
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, cpuSeconds: cpuTicks / TICKS, peakMegabytes: peak / 1e6, stdout }
}

interface Sampled {
  readonly pid: number
  readonly parent: number
  /** Its own CPU, and that of the children it has waited for. */
  readonly ticks: number
  readonly bytes: number
}

function treeOf(root: number): Sampled[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(sample)
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]))
  const isInTree = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && isInTree(parents.get(pid)))
  return all.filter(({ pid }) => isInTree(pid))
}

/** proc(5): after the command's name, field 4 is the parent, 14 to 17 are times, 24 is resident pages. */
function sample(pid: string): Sampled[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const ticks = sum(fields.slice(11, 15))
    return [{ pid: Number(pid), parent: fields[1] ?? 0, ticks, bytes: (fields[21] ?? 0) * PAGE }]
  } catch {
    return [] // it ended meanwhile
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
