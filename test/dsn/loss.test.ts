/** Runs on a server of somebody else's that goes away. */
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { run } from '../commands/program.js'
import { GOOD, SLEEPS } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { plainServers } from '../servers/servers.js'
import { FalteringRelay } from './fakes/faltering-relay.js'
import { verdicts } from './verdicts.js'

let pool: ServerPool
let database: ProbeDatabase

beforeAll(async () => {
  pool = await startServers(plainServers('17'))
  const [server] = pool.servers
  if (!server) throw new Error('no server')
  database = await server.openDatabase('leaving')
})
afterAll(() => pool[Symbol.asyncDispose]())

function go(matrix: string, { target }: FalteringRelay) {
  const address = `postgresql://${target.user}@${target.host}:${target.port}/${target.database}`
  return run(['--json', '--matrix', matrix, 'run', '--dsn', 'leaving'], { PGMATRIX_DSN_LEAVING: address })
}

it('what had a verdict keeps it, the rest is not run and says why, and the run is incomplete', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  const marker = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-leaving-')), 'now')
  const watch = setInterval(() => existsSync(marker) && void relay[Symbol.asyncDispose](), 20)
  const leaves = { code: `open("${marker}", "w").close()\n${SLEEPS.code}` }
  const ended = await go(
    makeMatrix({ 'a-good': GOOD, 'b-leaves': leaves, 'c-left': GOOD, 'd-left': GOOD }),
    relay,
  )
  clearInterval(watch)
  expect(ended.code).toBe(4)
  expect(verdicts(ended)).toMatchObject([
    { probe: 'a-good', verdict: 'native' },
    { probe: 'b-leaves', verdict: 'native' },
    {
      probe: 'c-left',
      verdict: 'not-run',
      reason: expect.stringContaining('dsn:leaving has not answered for 30 s'),
    },
    {
      probe: 'd-left',
      verdict: 'not-run',
      reason: expect.stringContaining('dsn:leaving has not answered for 30 s'),
    },
  ])
}, 90_000)

it('a recipe that is killed in the middle of a statement holds up nobody after it', async () => {
  await using relay = await FalteringRelay.open(database.endpoint)
  const locks = {
    code: 'cur.execute("create table held (id int)")\ncur.execute("select pg_sleep(60)")\nreturn value\n',
    deadline: 2,
  }
  const ended = await go(makeMatrix({ 'a-locks': locks, 'b-good': GOOD }), relay)
  expect(verdicts(ended).map(({ verdict }) => verdict)).toEqual(['timeout', 'native'])
}, 60_000)
