import { afterEach, beforeEach, expect, it } from 'vitest'
import { EnvironmentError, type RunningServer } from '../../harness/core/runtime.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { processesIn } from '../../harness/servers/process-table.js'
import { eventually } from './eventually.js'
import { postmasterOf, supervisorOf } from './holder.js'
import { rawClient } from './raw-client.js'
import { plainServers } from './servers.js'

let pool: ServerPool
let server: RunningServer

beforeEach(async () => {
  pool = await startServers(plainServers('17'))
  const [first] = pool.servers
  if (!first) throw new Error('server is missing')
  server = first
})
afterEach(() => pool[Symbol.asyncDispose]())

async function answers(): Promise<void> {
  await using database = await server.openDatabase('after')
  await database.reset({ nonce: 'n', extensions: [], setup: ['create table t ()'] })
  expect(await database.rows("select current_setting('pgmatrix.run_id')")).toEqual([[server.runId]])
}

it('nothing happened: settled() resolves and the incarnation stays', async () => {
  await server.settled()
  expect(server.incarnation).toBe(0)
})

it('a backend is killed: settled() right afterwards knows, and the server answers again', async () => {
  const database = await server.openDatabase('victim')
  const [row] = await database.rows('select pg_backend_pid()')
  const client = await rawClient(database)
  const cut = client.query('select pg_sleep(30)').catch((error: unknown) => error)
  process.kill(Number(row?.[0]), 'SIGKILL')
  expect(await cut).toBeInstanceOf(Error)
  await server.settled()
  expect(server.incarnation).toBe(1)
  await expect(database.rows('select 1')).rejects.not.toHaveProperty('sqlstate')
  await answers()
})

it('the postmaster is killed in the middle of queries: it is started again with the same run id', async () => {
  const database = await server.openDatabase('victim')
  const client = await rawClient(database)
  // A busy backend outlives its postmaster, and would keep the next one from starting.
  const busy = client.query('do $$ begin loop end loop; end $$').catch((error: unknown) => error)
  process.kill(await postmasterOf(pool.folder, '17'), 'SIGKILL')
  await server.settled()
  expect(await busy).toBeInstanceOf(Error)
  expect(server.incarnation).toBeGreaterThan(0)
  await answers()
})

it('the postmaster is stopped and answers nobody: it is killed and started again', async () => {
  const stopped = await postmasterOf(pool.folder, '17')
  process.kill(stopped, 'SIGSTOP')
  await server.settled()
  expect(await postmasterOf(pool.folder, '17')).not.toBe(stopped)
  await answers()
})

it('a session that cannot be ended: the reset starts the server again and says so', async () => {
  const database = await server.openDatabase('victim')
  const client = await rawClient(database)
  const pid = await backendOf(client)
  process.kill(pid, 'SIGSTOP')
  await expect(database.reset({ nonce: 'n', extensions: [], setup: [] })).rejects.toThrow(
    /ignored its termination/,
  )
  expect(server.incarnation).toBe(1)
  await answers()
})

async function backendOf(client: { query(sql: string): Promise<unknown> }): Promise<number> {
  const answer = await client.query('select pg_backend_pid() as pid')
  if (typeof answer !== 'object' || answer === null || !('rows' in answer) || !Array.isArray(answer.rows))
    return 0
  return Number(answer.rows[0].pid)
}

it('the supervisor is killed: an EnvironmentError says so, and nothing is left', async () => {
  process.kill(await supervisorOf(pool.folder), 'SIGKILL')
  expect(await eventually(async () => (await processesIn(pool.folder)).length === 0)).toBe(true)
  await expect(server.settled()).rejects.toThrow(EnvironmentError)
  await expect(server.settled()).rejects.toThrow(/supervisor is gone/)
})

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s from a terminal does not end the supervisor',
  async (signal) => {
    process.kill(await supervisorOf(pool.folder), signal)
    await server.settled()
    await answers()
    expect(server.incarnation).toBe(0)
  },
)
