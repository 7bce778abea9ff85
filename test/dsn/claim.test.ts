/** Two runs on one database, and what a killed one leaves. */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PGliteServer } from '../../bench/pglite/server.js'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { foreignAddress } from '../../harness/dsn/address.js'
import { ForeignServer } from '../../harness/dsn/server.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { Program, run } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { plainServers } from '../servers/servers.js'
import { FalteringRelay } from './fakes/faltering-relay.js'
import { verdicts } from './verdicts.js'

const CLEAN = { nonce: 'abc', extensions: [], setup: ['create table ours (id int)'] }
const TAKEN = 'Another run of pgmatrix is at work in the database of dsn:shared'

function foreign(address: string): Promise<ForeignServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-claim-'))
  const named = foreignAddress('shared', { PGMATRIX_DSN_SHARED: address })
  return ForeignServer.connect({ ...named, folder, mayBeUsed: false })
}

describe('PostgreSQL', () => {
  let pool: ServerPool
  let database: ProbeDatabase
  let relay: FalteringRelay
  let address: string

  beforeAll(async () => {
    pool = await startServers(plainServers('17'))
    const [server] = pool.servers
    if (!server) throw new Error('no server')
    database = await server.openDatabase('shared')
    relay = await FalteringRelay.open(database.endpoint)
    const { user, host, port } = relay.target
    address = `postgresql://${user}@${host}:${port}/shared`
  })
  afterAll(async () => {
    await relay[Symbol.asyncDispose]()
    await pool[Symbol.asyncDispose]()
  })

  it('a second run is refused and touches nothing; after the end of the first it is let in', async () => {
    const first = await foreign(address)
    const ours = await first.openDatabase()
    await ours.reset(CLEAN)
    await expect(foreign(address)).rejects.toThrow(TAKEN)
    expect(await ours.rows('select * from ours')).toEqual([])
    await ours[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    await using _ = await foreign(address)
  })

  it('whoever lost the lock with its sessions does not go on beside the run that has it', async () => {
    await using first = await foreign(address)
    const [{ 0: before } = []] = await database.rows(
      `select count(*) from pg_locks where locktype = 'advisory'`,
    )
    expect(before).toBe('1')
    await database.rows(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'`)
    await using second = await foreign(address)
    await using ours = await first.openDatabase()
    await expect(ours.reset(CLEAN)).rejects.toThrow(TAKEN)
    await using theirs = await second.openDatabase()
    await theirs.reset(CLEAN)
  })

  it('what a killed run left is taken over by the next one, and gone after it', async () => {
    const sleeps = { code: 'cur.execute("select pg_sleep(60)")\nreturn value\n', deadline: 100 }
    const words = (matrix: string) => ['--json', '--matrix', matrix, 'run', '--dsn', 'shared']
    const environment = { PGMATRIX_DSN_SHARED: address }
    const killed = new Program(words(makeMatrix({ sleeps })), environment)
    const sleeping = `select count(*) from pg_stat_activity where query = 'select pg_sleep(60)'`
    await expect.poll(() => database.rows(sleeping), { timeout: 60_000 }).toEqual([['1']])
    killed.process.kill('SIGKILL')
    await once(killed.process, 'close')
    const schemas = "select nspname from pg_namespace where nspname ~ 'pgmatrix'"
    expect(await database.rows(schemas)).toEqual([['pgmatrix_probe']])
    const next = await run(words(makeMatrix({ good: GOOD })), environment)
    expect(verdicts(next)).toMatchObject([{ verdict: 'native' }])
    expect(await database.rows(schemas)).toEqual([])
  }, 120_000)
})

describe('PGlite, whose sessions share one backend and its locks', () => {
  let server: PGliteServer

  beforeAll(async () => (server = await PGliteServer.start()), 200_000)
  afterAll(() => server[Symbol.asyncDispose]())

  it('a second run is refused while the first one goes on', async () => {
    await using first = await foreign(server.address)
    await using ours = await first.openDatabase()
    await ours.reset(CLEAN)
    const second = foreign(server.address).catch(String)
    let answer: ForeignServer | string | undefined
    for (let nonce = 0; answer === undefined; nonce++) {
      await ours.reset({ ...CLEAN, nonce: String(nonce) })
      answer = await Promise.race([second, pause(1, undefined)])
    }
    expect(answer).toContain(TAKEN)
    expect(await ours.rows('select * from ours')).toEqual([])
  }, 60_000)

  it('what has stood still is taken over, and the first does not go on beside it', async () => {
    await using first = await foreign(server.address)
    await using ours = await first.openDatabase()
    await ours.reset(CLEAN)
    await using second = await foreign(server.address)
    await using theirs = await second.openDatabase()
    await theirs.reset(CLEAN)
    await expect(ours.reset(CLEAN)).rejects.toThrow(TAKEN)
    expect(await theirs.rows('select * from ours')).toEqual([])
  }, 60_000)
})
