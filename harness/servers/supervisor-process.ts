/** The harness's end of the supervisor. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { EnvironmentError } from '../core/runtime.js'
import type { Account } from './account.js'
import type { Exit } from './server-process.js'
import { reportSchema, type Order, type Report } from './supervisor-protocol.js'
import { removeRunFolder } from './sweep.js'

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Stopping nine servers takes 0.2 s; the supervisor itself gives up on one after 10 s. */
const STOP_MS = 20_000

export class SupervisorProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #watchers = new Map<string, (exit: Exit) => void>()
  readonly #ended: Promise<void>
  #requests = 0
  #complaint = ''
  #gone = false
  #disposed = false

  private constructor(readonly folder: string) {
    const child = spawn(process.execPath, [entry()], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: '/',
    })
    this.#child = child
    child.stdin.on('error', () => undefined)
    child.stderr.on(
      'data',
      (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk.toString()).slice(-2000)),
    )
    createInterface({ input: child.stdout }).on('line', (line) =>
      this.#hear(reportSchema.parse(JSON.parse(line))),
    )
    this.#ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve())
      child.once('close', () => resolve())
    }).then(() => this.#leave())
  }

  /** Starts a supervisor that owns `folder`, which it creates. @throws EnvironmentError */
  static async start(folder: string, account: Account | null): Promise<SupervisorProcess> {
    const supervisor = new SupervisorProcess(folder)
    await supervisor.request({ kind: 'begin', folder, account })
    return supervisor
  }

  /** @throws EnvironmentError where the supervisor is gone, and its servers with it */
  assureAlive(): void {
    if (this.#gone) throw this.#mourn()
  }

  /** @throws EnvironmentError where the supervisor can't do it, or is gone */
  async request(order: Order): Promise<void> {
    this.assureAlive()
    const id = ++this.#requests
    await new Promise<void>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#child.stdin?.write(`${JSON.stringify({ ...order, id })}\n`)
    })
  }

  /** One watcher per server is told of each end of its postmaster. */
  onExit(server: string, watcher: (exit: Exit) => void): void {
    this.#watchers.set(server, watcher)
  }

  /** Stops all servers and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    this.#child.stdin?.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await this.#ended
    clearTimeout(timer)
  }

  #hear(report: Report): void {
    if (report.kind === 'exited') return this.#watchers.get(report.server)?.(report)
    const waiting = this.#waiting.get(report.id)
    this.#waiting.delete(report.id)
    if (report.kind === 'done') waiting?.resolve()
    else
      waiting?.reject(
        new EnvironmentError(`The servers' supervisor failed: ${report.message}${hint(report.message)}`),
      )
  }

  async #leave(): Promise<void> {
    this.#gone = true
    for (const { reject } of this.#waiting.values()) reject(this.#mourn())
    this.#waiting.clear()
    // After an orderly end there is nothing left to remove.
    await removeRunFolder(this.folder)
  }

  #mourn(): EnvironmentError {
    const why = this.#disposed ? 'it was told to stop' : this.#complaint.trim() || 'something killed it'
    return new EnvironmentError(
      `The servers' supervisor is gone (${why}); the servers were ended. Run again.`,
    )
  }
}

function hint(message: string): string {
  return /no space left/i.test(message)
    ? '\nA server takes about 60 MB: free some memory or disk, or run fewer servers.'
    : ''
}

/** The compiled program beside this file, or in dist/ where the tests run the TypeScript sources. */
function entry(): string {
  const beside = fileURLToPath(new URL('./supervisor.js', import.meta.url))
  if (existsSync(beside)) return beside
  const built = fileURLToPath(new URL('../../dist/harness/servers/supervisor.js', import.meta.url))
  if (existsSync(built)) return built
  throw new EnvironmentError(`${built} is missing: build the project first (npm run build).`)
}
