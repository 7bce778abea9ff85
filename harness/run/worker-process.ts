/** A Python process with a line in, a line out; it and all it ever started can be ended. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { WorkerGone } from '../core/runtime.js'
import { killMarked, MARK } from './marked-processes.js'

/** Characters of one line; the worker itself keeps below a quarter of it. */
const LINE_LIMIT = 4_000_000
const STDERR_LIMIT = 4_000
/** Milliseconds that a worker gets to end by itself. */
const GRACE = 2_000

/** All that the worker knows of its surroundings: no password, token, proxy or certificate of the caller. */
const ENVIRONMENT = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  PGGSSENCMODE: 'disable',
  PGPASSFILE: '/nonexistent/pgpass',
  // pg8000 loads every trusted certificate for each connection, 35 ms, though a Unix socket has no TLS.
  SSL_CERT_FILE: '/nonexistent/certificates.pem',
}

export class WorkerProcess {
  readonly #mark = randomBytes(12).toString('hex')
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<void>
  #gone: WorkerGone | undefined
  #stdout = ''
  #stderr = ''
  #deliver: ((line: string | WorkerGone) => void) | undefined

  constructor(python: string, fixtures: string) {
    const args = ['-I', '-B', '-X', 'utf8', path.join(fixtures, 'worker.py')]
    const env = { ...ENVIRONMENT, [MARK]: this.#mark }
    // A session of its own: Ctrl-C in the terminal is for the harness, which then ends its workers.
    this.#child = spawn(python, args, { cwd: '/', env, stdio: 'pipe', detached: true })
    const { stdin, stdout, stderr } = this.#child
    stdin.on('error', () => {}) // its end is reported by `close`
    stdout.setEncoding('utf8').on('data', (text: string) => this.#receive(text))
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LIMIT)
    })
    this.#closed = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#lose(`could not be started: ${error.message}`))
      this.#child.once('close', (code, signal) => {
        this.#lose(`ended with ${signal ?? `exit code ${code}`}`)
        resolve()
      })
    })
    this.#child.once('exit', () => killMarked(this.#mark))
  }

  get alive(): boolean {
    return this.#gone === undefined
  }

  /** Sends a line and waits for one. @throws WorkerGone, after which nothing of the worker is left. */
  async exchange(line: string, deadline: number): Promise<string> {
    if (this.#gone) throw this.#gone
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<string | WorkerGone>((resolve) => {
      this.#deliver = resolve
      timer = setTimeout(() => this.#lose(`did not answer within ${deadline} s`), deadline * 1000)
    })
    this.#child.stdin.write(`${line}\n`)
    const received = await answer
    clearTimeout(timer)
    if (typeof received === 'string') return received
    await this.#kill()
    throw received
  }

  /** For a caller that was told nonsense: ends everything and returns the error to throw. */
  async giveUp(what: string): Promise<WorkerGone> {
    this.#lose(what)
    await this.#kill()
    return this.#gone ?? new WorkerGone(what)
  }

  /** Ends the worker and every process that it or a recipe left. */
  async end(): Promise<void> {
    this.#gone ??= new WorkerGone('the worker was ended')
    this.#child.stdin.end()
    this.#child.kill('SIGTERM')
    await Promise.race([this.#closed, after(GRACE)])
    await this.#kill()
  }

  async #kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    killMarked(this.#mark)
    if (this.#child.pid !== undefined) await this.#closed
  }

  #lose(what: string): void {
    const said = this.#stderr.trim().split('\n').at(-1)
    this.#gone ??= new WorkerGone(`the worker ${what}${said ? `: ${said}` : ''}`)
    this.#answer(this.#gone)
  }

  #receive(text: string): void {
    this.#stdout += text
    const end = this.#stdout.indexOf('\n')
    if (end === -1) {
      if (this.#stdout.length > LINE_LIMIT) this.#lose(`sent a line of more than ${LINE_LIMIT} characters`)
      return
    }
    const line = this.#stdout.slice(0, end)
    this.#stdout = this.#stdout.slice(end + 1)
    this.#answer(line)
  }

  #answer(line: string | WorkerGone): void {
    this.#deliver?.(line)
    this.#deliver = undefined
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}
