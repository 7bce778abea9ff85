/** A worker's process on this machine; it and all it ever started can be ended. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { killMarked, MARK } from './marked-processes.js'
import type { Ended, StreamedProcess } from './streamed-process.js'
import { WORKER_ARGUMENTS, WORKER_ENVIRONMENT } from './worker-command.js'

export class LocalProcess implements StreamedProcess {
  readonly #mark = randomBytes(12).toString('hex')
  readonly #child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>

  /** @param fixtures folder of worker.py */
  constructor(python: string, fixtures: string) {
    const args = [...WORKER_ARGUMENTS, path.join(fixtures, 'worker.py')]
    const env = { ...WORKER_ENVIRONMENT, [MARK]: this.#mark }
    // A session of its own: Ctrl-C in the terminal is for the harness, which then ends its workers.
    this.#child = spawn(python, args, { cwd: '/', env, stdio: 'pipe', detached: true })
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) =>
        resolve({ how: `could not be started: ${error.message}`, killed: false }),
      )
      this.#child.once('close', (code, signal) =>
        resolve({ how: `ended with ${signal ?? `exit code ${code}`}`, killed: signal === 'SIGKILL' }),
      )
    })
    this.#child.once('exit', () => killMarked(this.#mark))
  }

  get stdin(): Writable {
    return this.#child.stdin
  }

  get stdout(): Readable {
    return this.#child.stdout
  }

  get stderr(): Readable {
    return this.#child.stderr
  }

  end(): void {
    this.#child.stdin.end()
    this.#child.kill('SIGTERM')
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    killMarked(this.#mark)
    if (this.#child.pid !== undefined) await this.ended
  }

  /** No limit is set on it. */
  async outOfMemory(): Promise<undefined> {}

  async disturbance(): Promise<undefined> {}
}
