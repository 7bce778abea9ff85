/** The door to a real server, and what happens to it when that server or a client falters. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { Door, type DoorOptions } from '../../harness/dsn/door.js'
import { sendCancel } from '../../harness/dsn/log-in.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { Session } from '../../harness/servers/session.js'
import { PORT } from '../../harness/servers/settings.js'
import { plainServers } from '../servers/servers.js'
import { FalteringRelay } from './fakes/faltering-relay.js'

let pool: ServerPool
let database: ProbeDatabase

beforeAll(async () => {
  pool = await startServers(plainServers('17'))
  const [server] = pool.servers
  if (!server) throw new Error('no server')
  database = await server.openDatabase('behind_a_door')
})
afterAll(() => pool[Symbol.asyncDispose]())

async function openDoor(relay: FalteringRelay, options: Partial<DoorOptions> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-door-'))
  const whole = { folder, target: relay.target, settings: () => ({}), takesSettings: true, ...options }
  const door = await Door.open(whole)
  const endpoint = { ...relay.target, host: folder, port: PORT, ssl: false }
  return { door, endpoint }
}

it('a session on a server that has fallen silent is disposed of all the same', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  const session = await Session.open(relay.target)
  relay.fallSilent()
  const disposed = session[Symbol.asyncDispose]().then(() => 'disposed')
  expect(await Promise.race([disposed, pause(4000)])).toBe('disposed')
})

it('a cancel request that nobody answers is given up', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  relay.fallSilent()
  const sent = sendCancel(relay.target, Buffer.alloc(16), () => {}).then(() => 'given up')
  expect(await Promise.race([sent, pause(15_000)])).toBe('given up')
}, 20_000)

it('a client that goes during its login leaves no session behind', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  const { door, endpoint } = await openDoor(relay)
  await using _ = door
  relay.fallSilent()
  const client = new Client(endpoint)
  client.on('error', () => {})
  const refused = client.connect().catch((error: unknown) => String(error))
  await expect.poll(() => relay.connections).toBe(1)
  await door.endSessions()
  expect(await refused).toContain('terminated')
  relay.speakAgain()
  await expect.poll(() => relay.connections, { timeout: 3000 }).toBe(0)
})

it('settings that the server refuses are an error of the login, in its own words', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  const settings = () => ({ statement_timeout: 'nonsense' })
  const { door, endpoint } = await openDoor(relay, { takesSettings: false, settings })
  await using _ = door
  const client = new Client(endpoint)
  await expect(client.connect()).rejects.toThrow('invalid value for parameter "statement_timeout"')
  await expect.poll(() => relay.connections).toBe(0)
})

it('sessions have ended for the server as well, even in the middle of a statement', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  const { door, endpoint } = await openDoor(relay)
  await using _ = door
  const client = new Client(endpoint)
  client.on('error', () => {})
  await client.connect()
  await client.query('begin; create table held (id int)')
  client.query('select pg_sleep(30)').catch(() => {})
  const sleeping = "select count(*) from pg_stat_activity where query = 'select pg_sleep(30)'"
  await expect.poll(() => database.rows(sleeping)).toEqual([['1']])
  await door.endSessions()
  expect(await database.rows(sleeping)).toEqual([['0']])
})
