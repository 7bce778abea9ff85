/** PostgreSQL as Debian packages it, with PostGIS: a server that the harness neither made nor started. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { serverAccount } from '../../../harness/servers/account.js'
import { freePorts } from '../../../harness/servers/free-ports.js'

const PATIENCE_MS = 60_000
const OWNER = 'owner'

/** What fetch.sh unpacked and printed; undefined where the environment does not say. */
export const UNPACKED = process.env.PGMATRIX_TEST_POSTGIS

export class DebianServer implements AsyncDisposable {
  readonly address: string

  private constructor(
    private readonly process: ChildProcess,
    private readonly data: string,
    port: number,
  ) {
    this.address = `postgresql://${OWNER}@127.0.0.1:${port}/postgres`
  }

  /** @throws Error where it does not listen within a minute */
  static async start(unpacked: string): Promise<DebianServer> {
    const [release = ''] = readdirSync(path.join(unpacked, 'usr/lib/postgresql'))
    const programs = path.join(unpacked, 'usr/lib/postgresql', release, 'bin')
    const env = { LC_ALL: 'C', LD_LIBRARY_PATH: libraryFolders(path.join(unpacked, 'usr/lib')).join(':') }
    const account = await serverAccount()
    const data = mkdtempSync(path.join(tmpdir(), 'pgmatrix-postgis-'))
    if (account) chownSync(data, account.uid, account.gid)
    const how = { ...account, env, cwd: data }
    await promisify(execFile)(
      path.join(programs, 'initdb'),
      ['-D', data, '-U', OWNER, '-A', 'trust', '-E', 'UTF8', '-N'],
      how,
    )
    const [port = 0] = await freePorts(1)
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
    const words = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
    const postmaster = spawn(path.join(programs, 'postgres'), words, { ...how, stdio: 'ignore' })
    const server = new DebianServer(postmaster, data, port)
    await server.ready().catch(async (error: unknown) => {
      await server[Symbol.asyncDispose]()
      throw error
    })
    return server
  }

  /** The postmaster says so in its file. */
  private async ready(): Promise<void> {
    const file = path.join(this.data, 'postmaster.pid')
    const until = Date.now() + PATIENCE_MS
    while (!(existsSync(file) && readFileSync(file, 'utf8').includes('ready'))) {
      if (Date.now() > until || this.process.exitCode !== null) throw new Error('PostgreSQL does not start')
      await pause(100)
    }
  }

  /** An immediate shutdown. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit')
      this.process.kill('SIGQUIT')
      await ended
    }
    rmSync(this.data, { recursive: true, force: true })
  }
}

/** Debian chooses among several BLAS and LAPACK by links, which only an installation makes. */
function libraryFolders(lib: string): string[] {
  const [libraries = ''] = readdirSync(lib).filter((name) => name.endsWith('-linux-gnu'))
  return ['', 'blas', 'lapack'].map((folder) => path.join(lib, libraries, folder))
}
