/**
 * The process that owns the servers of a run. It outlives the harness by the time it takes to stop them and to remove
 * their data: its stdin is a pipe that only the harness holds, so it notices any death, SIGKILL included.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Account } from './account.js'
import { Postmaster } from './postmaster.js'
import { createRunFolder } from './run-folder.js'
import { requestSchema, type Report, type Request } from './supervisor-protocol.js'

class Supervisor {
  readonly #servers = new Map<string, Postmaster>()
  /** Requests to one server are done one after the other; the key '' is for those to none. */
  readonly #queues = new Map<string, Promise<void>>()
  #folder = ''
  #account: Account | null = null

  accept(line: string): void {
    const request = requestSchema.parse(JSON.parse(line))
    const key = request.kind === 'begin' ? '' : request.server
    const before = this.#queues.get(key) ?? this.#queues.get('') ?? Promise.resolve()
    this.#queues.set(
      key,
      before.then(() => this.#answer(request)),
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.values())
    await Promise.all([...this.#servers.values()].map((server) => server.stop().catch(ignore)))
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #answer(request: Request): Promise<void> {
    const { id } = request
    await this.#perform(request).then(
      () => report({ kind: 'done', id }),
      (error: unknown) =>
        report({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) }),
    )
  }

  async #perform(request: Request): Promise<void> {
    if (request.kind === 'begin') return this.#begin(request.folder, request.account)
    const server = this.#server(request.server)
    if (request.kind === 'start') return server.start(request)
    if (request.kind === 'stop') return server.stop()
    if (request.kind === 'discard') return server.discard()
    return server.kill()
  }

  async #begin(folder: string, account: Account | null): Promise<void> {
    await createRunFolder(folder, account)
    this.#folder = folder
    this.#account = account
  }

  #server(id: string): Postmaster {
    const known = this.#servers.get(id)
    if (known) return known
    if (!this.#folder) throw new Error('start came before begin')
    const server = new Postmaster({
      folder: join(this.#folder, id),
      account: this.#account,
      onExit: (how, log) => report({ kind: 'exited', server: id, how, log }),
    })
    this.#servers.set(id, server)
    return server
  }
}

function report(what: Report): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

function ignore(): void {}

async function main(): Promise<void> {
  process.title = 'pgmatrix-supervisor'
  // Ctrl-C and a closed terminal concern the harness, which then closes our stdin.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ignore)
  // Nobody reads any more once the harness is dead.
  process.stdout.on('error', ignore)
  process.stdin.on('error', ignore)
  const supervisor = new Supervisor()
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => supervisor.accept(line))
  await new Promise<void>((resolve) => lines.once('close', resolve))
  await supervisor.close()
  process.exit(0)
}

await main()
