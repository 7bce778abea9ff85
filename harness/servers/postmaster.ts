/** One PostgreSQL server as the supervisor sees it: a data folder and, most of the time, a process. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './account.js'
import { LogFile } from './log-file.js'
import { endProcessesIn } from './process-table.js'
import { removeSegment } from './shared-memory.js'
import { SERVER_ENV } from './template.js'

const run = promisify(execFile)

/** How long each way of asking may take before the next, harder one. */
const STOPPING: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 3000],
  ['SIGQUIT', 2000],
  ['SIGKILL', 5000],
]

export interface PostmasterOptions {
  /** The server's own folder: socket, log and data. */
  readonly folder: string
  readonly account: Account | null
  readonly onExit: (how: string, log: string) => void
}

export interface StartOptions {
  readonly program: string
  readonly words?: readonly string[] | undefined
  readonly template: string | null
  /** Written into the data folder on the first start: name to text. */
  readonly files: Readonly<Record<string, string>>
}

export class Postmaster {
  readonly #options: PostmasterOptions
  readonly #data: string
  readonly #log: LogFile
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(options: PostmasterOptions) {
    this.#options = options
    this.#data = join(options.folder, 'data')
    this.#log = new LogFile(join(options.folder, 'log'))
  }

  /** Starts the process unless it runs. Logins are possible some time later. */
  async start(options: StartOptions): Promise<void> {
    if (this.#child) return
    if (await exists(this.#data)) await this.#removeTraces()
    else await this.#prepare(options).catch((error: unknown) => this.#discard(error))
    this.#launch(options)
  }

  async stop(): Promise<void> {
    for (const [signal, patience] of STOPPING) {
      if (!this.#child) break
      this.#child.kill(signal)
      await Promise.race([this.#ended, pause(patience)])
    }
    await this.#removeTraces()
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#ended
    await this.#removeTraces()
  }

  async discard(): Promise<void> {
    await this.kill()
    await rm(this.#options.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #prepare({ template, files }: StartOptions): Promise<void> {
    const { folder, account } = this.#options
    await mkdir(folder, { mode: 0o700 })
    if (template === null) await mkdir(this.#data, { mode: 0o700 })
    else await run('cp', ['-a', template, this.#data])
    for (const [name, text] of Object.entries(files))
      await writeFile(join(this.#data, name), text, { mode: 0o600 })
    if (!account) return
    // The template may be an older account's; conf and folder are root's.
    await run('chown', ['-R', `${account.uid}:${account.gid}`, this.#data])
    await chown(folder, account.uid, account.gid)
  }

  /** Half a data folder must not be taken for a whole one. */
  async #discard(error: unknown): Promise<never> {
    await rm(this.#options.folder, { recursive: true, force: true })
    throw error
  }

  /** What a killed postmaster leaves behind keeps the next one from starting. */
  async #removeTraces(): Promise<void> {
    await endProcessesIn(this.#data)
    await removeSegment(this.#data)
    const { folder } = this.#options
    const sockets = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('.s.PGSQL.'))
    const traces = [join(this.#data, 'postmaster.pid'), ...sockets.map((name) => join(folder, name))]
    for (const path of traces) await rm(path, { force: true })
  }

  #launch({ program, words = ['-D', this.#data] }: StartOptions): void {
    const child = spawn(program, words, {
      ...this.#options.account,
      cwd: this.#data,
      env: SERVER_ENV,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (chunk: Buffer) => this.#log.write(chunk))
    this.#child = child
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => this.#finish(error.message, resolve))
      child.once('exit', (code, signal) => this.#finish(signal ?? `exit code ${code}`, resolve))
    })
  }

  #finish(how: string, resolve: () => void): void {
    this.#child = undefined
    resolve()
    this.#options.onExit(how, this.#log.tail())
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
