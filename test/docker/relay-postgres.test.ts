/** node-postgres through the relay, with a real PostgreSQL. */
import { once } from 'node:events'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { ConnectionLost } from '../../harness/core/runtime.js'
import { Relay } from '../../harness/docker/relay.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { Session } from '../../harness/servers/session.js'
import { eventually } from '../servers/eventually.js'
import { plainServers } from '../servers/servers.js'
import { localRelay, peer, relayProcess, took, type Peer } from './relay-setup.js'

let pool: ServerPool
let database: ProbeDatabase
let door: Peer
let relay: Relay
beforeAll(async () => {
  pool = await startServers(plainServers('18'))
  const [server] = pool.servers
  if (!server) throw new Error('no server was started')
  database = await server.openDatabase('through_the_relay')
  const { host, port } = database.endpoint
  // The server listens on its Unix socket alone; this port leads there.
  door = await peer((socket) => {
    const inside = connect(path.join(host, `.s.PGSQL.${port}`))
    inside.on('error', () => socket.destroy())
    socket.on('error', () => inside.destroy())
    socket.pipe(inside).pipe(socket)
  })
  relay = await localRelay()
})
afterAll(async () => {
  await relay[Symbol.asyncDispose]()
  await door[Symbol.asyncDispose]()
  await pool[Symbol.asyncDispose]()
})

const target = (through = relay) => ({
  ...database.endpoint,
  host: '127.0.0.1',
  port: door.port,
  stream: () => through.connect('127.0.0.1', door.port),
})

async function loggedIn(through = relay): Promise<Client> {
  const client = new Client({ ...target(through), password: '', ssl: false })
  client.on('error', () => {})
  await client.connect()
  return client
}

describe('a client of node-postgres', () => {
  it('reads 5 MB in one value, sends as much, and says goodbye', async () => {
    const client = await loggedIn()
    const size = 5 * 1024 ** 2
    const answer = await client.query(`select repeat('x', ${size}) as long, length($1) as heard`, [
      'y'.repeat(size),
    ])
    expect(answer.rows).toEqual([{ long: 'x'.repeat(size), heard: size }])
    const pid = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const ended = once(client, 'end')
    await client.end()
    await ended
    const left = `select 1 from pg_stat_activity where pid = ${pid.rows[0]?.pid}`
    expect(await eventually(async () => (await database.rows(left)).length === 0)).toBe(true)
  })

  it('hears notifications', async () => {
    const [hearing, telling] = await Promise.all([loggedIn(), loggedIn()])
    await hearing.query('listen news')
    const heard = once(hearing, 'notification')
    await telling.query("notify news, 'all is well'")
    expect(await heard).toMatchObject([{ channel: 'news', payload: 'all is well' }])
    await Promise.all([hearing.end(), telling.end()])
  })

  it('connects also when it was made earlier', async () => {
    const client = new Client({ ...target(), password: '', ssl: false })
    await pause(100)
    await client.connect()
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
  })

  it('asks 32 connections at once, each for itself', async () => {
    const ask = async (_: unknown, index: number) => {
      const client = await loggedIn()
      const rows: unknown[] = []
      for (let turn = 0; turn < 20; turn++)
        rows.push(...(await client.query('select $1::int as n', [index])).rows)
      await client.end()
      return rows
    }
    const answers = await Promise.all(Array.from({ length: 32 }, ask))
    expect(answers).toEqual(answers.map((_, index) => Array.from({ length: 20 }, () => ({ n: index }))))
  })
})

it('loses its connection in mid-query within a second when the relay is killed', async () => {
  await using container = await relayProcess()
  await using doomed = await Relay.open(container)
  const sessions = await Promise.all(Array.from({ length: 4 }, () => Session.open(target(doomed))))
  const queries = sessions.map((session) =>
    session.rows('select pg_sleep(60)').catch((error: unknown) => error),
  )
  await pause(200)
  await container.kill()
  expect(await took(Promise.all(queries))).toBeLessThan(1000)
  for (const query of queries)
    expect(await query).toEqual(new ConnectionLost('the relay container ended (ended with SIGKILL)'))
  expect(sessions.map(({ lost }) => lost)).toEqual(sessions.map(() => true))
})

it('is told where nobody listens', async () => {
  const opening = Session.open({ ...target(), stream: () => relay.connect('127.0.0.1', 1) })
  await expect(opening).rejects.toThrow(
    new ConnectionLost('127.0.0.1:1 through the relay: ECONNREFUSED Connection refused'),
  )
})
