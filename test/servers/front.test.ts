/** Servers that clients reach through a pooler alone. */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProbeDatabase, RunningServer } from '../../harness/core/runtime.js'
import { frontFiles } from '../../harness/servers/front.js'
import { findPooler, poolerProblem } from '../../harness/servers/pooler.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { pooledServers } from './servers.js'

const binary = findPooler(process.env)
const problem = poolerProblem('pgbouncer-tracking', binary)
const EMPTY = { nonce: 'n', extensions: [], setup: [] }
/** More than there are connections to the server. */
const ROUND = 11

describe.skipIf(problem)(`behind PgBouncer${problem ? ` (${problem})` : ''}`, () => {
  let pool: ServerPool
  let server: RunningServer
  let database: ProbeDatabase

  beforeAll(async () => {
    pool = await startServers(pooledServers('pgbouncer', '18'))
    const [only] = pool.servers
    if (!only) throw new Error('no server')
    server = only
    database = await server.openDatabase('pooled')
  })
  afterAll(() => pool[Symbol.asyncDispose]())

  const connect = async (to: ProbeDatabase = database) => {
    const client = new Client({ ...to.endpoint, password: '', ssl: false })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  const sleep = async () => {
    const client = await connect()
    await client.query('select pg_sleep(1)')
  }

  const everywhere = async (sql: string) => {
    const client = await connect()
    const answers: unknown[] = []
    for (let count = 0; count < ROUND; count++)
      answers.push(...(await client.query({ text: sql, rowMode: 'array' })).rows.flat())
    await client.end()
    return answers
  }

  it('each transaction is on another connection than the six before it, and clients know the server', async () => {
    await database.reset(EMPTY)
    const pids = await everywhere('select pg_backend_pid()')
    expect(new Set(pids.slice(0, 7)).size).toBe(7)
    expect(new Set(pids).size).toBe(7)
    expect(new Set(await everywhere("select current_setting('pgmatrix.run_id')"))).toEqual(
      new Set([server.runId]),
    )
  })

  it.each([
    ['a setting', ['set search_path = nowhere'], 'show search_path', '"$user", public'],
    ['a statement', ['prepare kept as select 1'], 'select count(*)::int from pg_prepared_statements', 0],
    [
      'a temporary table',
      ['create temp table kept ()'],
      "select count(*)::int from pg_class where relname = 'kept'",
      0,
    ],
    [
      'a lock of the session',
      ['select pg_advisory_lock(7)'],
      "select count(*)::int from pg_locks where locktype = 'advisory'",
      0,
    ],
    ['a channel', ['listen kept'], 'select count(*)::int from pg_listening_channels()', 0],
    ['a role', ['set role pg_monitor'], 'select current_user::text', 'probe'],
    [
      'an open transaction with a lock',
      ['begin', 'create table kept ()'],
      "select count(*)::int from pg_class where relname = 'kept'",
      0,
    ],
  ])('%s that a client leaves does not meet the next one', async (_, left, seen, clean) => {
    await database.reset({ ...EMPTY, nonce: 'before' })
    await database.rows('grant pg_monitor to probe')
    const client = await connect()
    for (const sql of left) await client.query(sql)
    // The client is still there when its successor's surroundings are made.
    await database.reset({ ...EMPTY, nonce: 'after' })
    expect(new Set(await everywhere(seen))).toEqual(new Set([clean]))
    await client.end().catch(() => undefined)
  })

  it('clients that are about to log in while it is reset do not keep the next one out', async () => {
    for (let count = 0; count < 20; count++) {
      const early = Array.from({ length: 8 }, () => sleep().catch(() => undefined))
      await new Promise((resolve) => setTimeout(resolve, count))
      await database.reset(EMPTY)
      const client = await connect()
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
      await client.end()
      await Promise.all(early)
    }
  })

  it('setup that fails leaves the way open', async () => {
    await expect(database.reset({ ...EMPTY, setup: ['select nothing'] })).rejects.toMatchObject({
      sqlstate: '42703',
    })
    await database.reset(EMPTY)
    expect(new Set(await everywhere('select 1'))).toEqual(new Set([1]))
  })

  it('a pooler that ends is noticed and started again', async () => {
    const before = server.incarnation
    const { host, port } = database.endpoint
    const console = new Client({
      host,
      port,
      user: 'pgmatrix',
      database: 'pgbouncer',
      password: '',
      ssl: false,
    })
    console.on('error', () => undefined)
    await console.connect()
    await console.query('shutdown').catch(() => undefined)
    await server.settled()
    expect(server.incarnation).toBe(before + 1)
    await using anew = await server.openDatabase('anew')
    await anew.reset(EMPTY)
    const client = await connect(anew)
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
  })

  it('is reached through a folder of its account alone, and the superuser not through it', async () => {
    const { mode } = await stat(database.endpoint.host)
    expect(mode & 0o077).toBe(0)
    expect(path.dirname(database.endpoint.host)).toBe(pool.folder)
    const { host, port } = database.endpoint
    const superuser = new Client({
      host,
      port,
      user: 'postgres',
      database: 'postgres',
      password: '',
      ssl: false,
    })
    await expect(superuser.connect()).rejects.toThrow(/authentication failed/)
  })
})

it('says nothing of prepared statements to a release that does not know the word, and listens on no network', () => {
  const where = { folder: '/f', host: '/s', serverPort: 1 }
  const old = frontFiles({ ...where, pooler: 'pgbouncer', version: '1.20.1' })['pgbouncer.ini']
  expect(old).toMatch(/^listen_addr =$/m)
  expect(old).not.toContain('max_prepared_statements')
  expect(frontFiles({ ...where, pooler: 'pgbouncer', version: '1.24.1' })['pgbouncer.ini']).toContain(
    'max_prepared_statements = 0',
  )
  expect(
    frontFiles({ ...where, pooler: 'pgbouncer-tracking', version: '1.24.1' })['pgbouncer.ini'],
  ).toContain('max_prepared_statements = 200')
})
