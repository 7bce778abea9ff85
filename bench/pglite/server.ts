/** PGlite behind its own socket server, in a process of its own: it may hang, and is killed then. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { z } from 'zod'
import { freePorts } from '../../harness/servers/free-ports.js'

const EXTENSIONS = ['@electric-sql/pglite-pgvector:vector']
const PATIENCE_MS = 180_000

export class PGliteServer implements AsyncDisposable {
  readonly address: string

  private constructor(
    private readonly process: ChildProcess,
    port: number,
  ) {
    this.address = `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`
  }

  /** Empty and in memory. @throws Error where it does not answer within three minutes */
  static async start(): Promise<PGliteServer> {
    const [port = 0] = await freePorts(1)
    const words = ['--port', String(port), '--max-connections', '20', '--extensions', EXTENSIONS.join(',')]
    const program = path.resolve('node_modules/.bin/pglite-server')
    const server = new PGliteServer(spawn(process.execPath, [program, ...words], { stdio: 'ignore' }), port)
    const until = Date.now() + PATIENCE_MS
    while (!(await server.answers())) {
      if (Date.now() < until) await pause(200)
      else {
        await server[Symbol.asyncDispose]()
        throw new Error(`${program} does not answer on port ${port}`)
      }
    }
    return server
  }

  async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.address, connectionTimeoutMillis: 5000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      return false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const ended = once(this.process, 'exit')
    this.process.kill('SIGKILL')
    await ended
  }
}

/** `@electric-sql/pglite 0.5.14` and what stands beside it. */
export function pgliteVersions(): string[] {
  return ['pglite', 'pglite-socket', 'pglite-pgvector'].map((name) => {
    const folder = path.resolve('node_modules/@electric-sql', name)
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')))
    return `@electric-sql/${name} ${version}`
  })
}
