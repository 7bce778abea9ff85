/** A Python process with a line in, a line out. */
import { ConnectionLost, WorkerGone } from '../core/runtime.js'
import type { Ended, StreamedProcess } from './streamed-process.js'

/** Characters of one line; the worker itself keeps below a quarter of it. */
const LINE_LIMIT = 4_000_000
const STDERR_LIMIT = 4_000
/** Milliseconds that a worker gets to end by itself. */
const GRACE = 2_000

/** A lost worker says nothing about the client that it served. */
type Gone = WorkerGone | ConnectionLost

export class WorkerProcess {
  #gone: Gone | undefined
  #stdout = ''
  #stderr = ''
  #deliver: ((line: string | Gone) => void) | undefined

  constructor(private readonly process: StreamedProcess) {
    const { stdin, stdout, stderr } = process
    stdin.on('error', () => {}) // its end is reported by `ended`
    stdout.setEncoding('utf8').on('data', (text: string) => this.#receive(text))
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LIMIT)
    })
    void process.ended.then((ended) => this.#leave(ended))
  }

  get alive(): boolean {
    return this.#gone === undefined
  }

  outOfMemory(): Promise<string | undefined> {
    return this.process.outOfMemory()
  }

  /** @throws ConnectionLost, after which nothing of the worker is left */
  async settled(): Promise<void> {
    const disturbance = await this.process.disturbance()
    if (disturbance === undefined) return
    const lost = outOfReach(disturbance)
    // Known before the stream's end is: nobody is to be given it once more.
    this.#fail(lost)
    await this.process.kill()
    throw lost
  }

  /** Sends a line and waits for one. @throws WorkerGone or ConnectionLost, after which nothing of the worker is left. */
  async exchange(line: string, deadline: number): Promise<string> {
    if (this.#gone) throw this.#gone
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<string | Gone>((resolve) => {
      this.#deliver = resolve
      timer = setTimeout(() => this.#lose(`did not answer within ${deadline} s`), deadline * 1000)
    })
    this.process.stdin.write(`${line}\n`)
    const received = await answer
    clearTimeout(timer)
    if (typeof received === 'string') return received
    await this.process.kill()
    throw received
  }

  /** For a caller that was told nonsense: ends everything and returns the error to throw. */
  async giveUp(what: string): Promise<Gone> {
    this.#lose(what)
    await this.process.kill()
    return this.#gone ?? new WorkerGone(what)
  }

  /** Ends the worker and every process that it or a recipe left. */
  async end(): Promise<void> {
    this.#gone ??= new WorkerGone('the worker was ended')
    this.process.end()
    await Promise.race([this.process.ended, after(GRACE)])
    await this.process.kill()
  }

  #leave(ended: Ended): void {
    if ('how' in ended) return this.#lose(ended.how, ended.killed)
    this.#fail(outOfReach(ended.lost))
  }

  #lose(what: string, killed = false): void {
    const said = this.#stderr.trim().split('\n').at(-1)
    this.#fail(new WorkerGone(`the worker ${what}${said ? `: ${said}` : ''}`, killed))
  }

  #fail(gone: Gone): void {
    this.#gone ??= gone
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

  #answer(line: string | Gone): void {
    this.#deliver?.(line)
    this.#deliver = undefined
  }
}

function outOfReach(reason: string): ConnectionLost {
  return new ConnectionLost(`the worker is out of reach: ${reason}`)
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}
