/** Servers as the Docker runtime starts them, some behind PgBouncer, which node-postgres asks from the engine's own machine. */
import { Client, type ClientConfig } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Matrix, Profile } from '../../harness/core/matrix.js'
import type { ProbeDatabase, Runtime, ServerPool } from '../../harness/core/runtime.js'
import { dockerRuntime } from '../../harness/docker/runtime.js'
import { LiveServer } from '../../harness/servers/running.js'
import { loadMatrix } from '../../harness/load/load.js'
import { dockerode, engine, lockedMatrix } from './test-engine.js'

const HOW = { onProgress: () => {}, signal: new AbortController().signal }

const NAME = /^pg-18-for-network-[0-9a-f]{8}$/

let matrix: Matrix

beforeAll(async () => {
  const loaded = await loadMatrix(lockedMatrix())
  if (!('matrix' in loaded)) throw new Error(JSON.stringify(loaded.problems))
  matrix = loaded.matrix
})

function wanted(profile: Profile) {
  const server = matrix.servers.find(({ id }) => id === '18')
  if (!server) throw new Error('there is no server 18')
  return { server, profile }
}

function open(changes: Partial<Matrix> = {}): Promise<Runtime> {
  return dockerRuntime({ mirror: engine.registry }, { ...matrix, ...changes })
}

/** What a recipe would connect with. */
function target(database: ProbeDatabase): ClientConfig {
  const { host, port, user, password, database: name } = database.surroundings('scram').values
  return {
    ...{ host: String(host), port: Number(port), database: String(name) },
    ...{ user: String(user), password: String(password) },
  }
}

async function ask(config: ClientConfig, sql: string): Promise<unknown> {
  const client = new Client(config)
  try {
    await client.connect()
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows[0]?.[0]
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function poolers(): Promise<readonly string[]> {
  const containers = await dockerode().listContainers({ filters: { label: ['pgmatrix.role=pooler'] } })
  return containers
    .filter(({ Labels }) => Labels['pgmatrix.owner']?.split(':')[1] === String(process.pid))
    .map(({ Id }) => Id)
}

describe('a pooler', () => {
  let runtime: Runtime
  let pool: ServerPool
  let database: ProbeDatabase

  beforeAll(async () => {
    runtime = await open()
    pool = await runtime.startServers([wanted('pgbouncer')], HOW)
    database = await newDatabase()
  })
  afterAll(async () => {
    await pool[Symbol.asyncDispose]()
    await runtime[Symbol.asyncDispose]()
  })

  async function newDatabase(): Promise<ProbeDatabase> {
    const [server] = pool.servers
    if (!server) throw new Error('no server')
    const opened = await server.openDatabase('pooled')
    await opened.reset({ nonce: 'n', extensions: [], setup: [] })
    return opened
  }

  it('gives a connection away after each transaction', async () => {
    const sql = 'select pg_backend_pid() from pg_sleep(0.1)'
    const pids = await Promise.all([1, 2, 3].map(() => ask(target(database), sql)))
    expect(new Set(pids).size).toBe(2)
  })

  it('wants the password, which neither its command nor its environment has', async () => {
    const { password, ...stranger } = target(database)
    await expect(ask({ ...stranger, password: 'wrong' }, 'select 1')).rejects.toMatchObject({ code: '08P01' })
    const [id = ''] = await poolers()
    const seen = JSON.stringify(await dockerode().getContainer(id).inspect())
    expect(seen).toContain('pgbouncer.ini')
    expect(seen).not.toContain(password)
  })

  it('leads to the server again after that was started anew, and goes with it', async () => {
    const before = await poolers()
    const [server] = pool.servers
    if (!(server instanceof LiveServer)) throw new Error('it is not ours')
    await server.restart()
    expect(await ask(target(await newDatabase()), 'select current_user')).toBe('probe_scram')
    const after = await poolers()
    expect([before.length, after.length]).toEqual([1, 1])
    expect(after).not.toEqual(before)
    await pool[Symbol.asyncDispose]()
    expect(await poolers()).toEqual([])
  })
})

describe('two servers of a kind', () => {
  it('have names of their own in their network: a pairing is not to meet the server of another', async () => {
    await using runtime = await open()
    await using pool = await runtime.startServers([wanted('network'), wanted('network')], HOW)
    const databases = await Promise.all(pool.servers.map((server) => server.openDatabase('own')))
    const names = databases.map((database) => target(database).host)
    expect(names).toEqual([expect.stringMatching(NAME), expect.stringMatching(NAME)])
    expect(new Set(names).size).toBe(2)
  })
})

describe('no pooler', () => {
  it('where the matrix names none: those cells are not run', async () => {
    await using runtime = await open({ pooler: undefined })
    expect(runtime.unavailable(wanted('pgbouncer-tracking'))).toBe(
      'matrix/servers.yaml names no image of PgBouncer',
    )
    expect(runtime.unavailable(wanted('network'))).toBeUndefined()
  })

  it('where the image has no PgBouncer: the run ends and says so, and nothing is left', async () => {
    const [python] = matrix.pythons
    await using runtime = await open({ pooler: python?.image })
    await expect(runtime.startServers([wanted('pgbouncer')], HOW)).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(
        /^PgBouncer of python:.* names no release; it ended with exit code 127\.\n[^]*pgbouncer: not found/,
      ),
    })
    expect(await poolers()).toEqual([])
  })
})
