/** What the operating system knows about processes. Linux by /proc, elsewhere (macOS) by ps. */
import { execFile } from 'node:child_process'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LINUX = process.platform === 'linux'

/** When a process started, as text that can only be compared; undefined where it is dead. Tells a pid's second user from its first. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (!LINUX) {
    const told = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined)
    return told?.stdout.trim() || undefined
  }
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The name in parentheses may itself hold spaces and parentheses. proc(5): field 3 is the state, field 22 the start.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields && fields[0] !== 'Z' ? fields[19] : undefined
}

/** Pids mean nothing in another pid namespace (a container that shares the folder). */
export async function pidNamespace(): Promise<string> {
  return LINUX ? readlink('/proc/self/ns/pid').catch(() => '') : ''
}

/** Processes whose working directory is `folder` or below: every process of a PostgreSQL server works in its data folder. */
export async function processesIn(folder: string): Promise<number[]> {
  if (!LINUX) return processesNaming(folder)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const cwds = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return pids.filter((_, index) => `${cwds[index]}/`.startsWith(`${folder}/`)).map(Number)
}

/** Second best: the postmaster has the folder in its arguments; its children have not, but end with it when they are idle. */
async function processesNaming(folder: string): Promise<number[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,command='])
  const lines = stdout.split('\n').filter((line) => line.includes(` -D ${folder}`))
  return lines.map((line) => Number.parseInt(line, 10)).filter((pid) => pid !== process.pid)
}

/** SIGKILLs every process in `folder` and waits until none is left, at most 5 s. */
export async function endProcessesIn(folder: string): Promise<void> {
  for (let round = 0; round < 250; round++) {
    const pids = await processesIn(folder)
    if (pids.length === 0) return
    for (const pid of pids) signal(pid, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Sends a signal; a process that is gone already is no error. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone.
  }
}
