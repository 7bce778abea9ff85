/** Runs on servers that the harness did not start. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PGliteServer } from '../../bench/pglite/server.js'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { foreignAddress } from '../../harness/dsn/address.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { run } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { matrixServers, profiled } from '../servers/servers.js'
import { verdicts } from './verdicts.js'

const CELLS =
  'dsn:*/{psycopg2-2.9.13,psycopg-3.3.9,asyncpg-0.32.0,pg8000-1.31.6}/{json-jsonb-decode,tx-savepoint,cancel-query,type-uuid,tls-verify-full}'
/** A server that pgmatrix did not set up can't have it. */
const NEEDS_PROFILE = 'tls-verify-full'
describe('a server of somebody else, with TLS and a password', () => {
  let pool: ServerPool
  let database: ProbeDatabase
  let address: string
  let secret: string

  beforeAll(async () => {
    pool = await startServers(profiled(matrixServers('17'), 'network'))
    const [server] = pool.servers
    if (!server) throw new Error('no server')
    database = await server.openDatabase('managed')
    const { values, files } = database.surroundings('scram')
    const authority = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-ca-')), 'ca.pem')
    writeFileSync(authority, files.ca ?? '')
    secret = String(values.password)
    await database.rows('grant create on database managed to probe_scram')
    address = `postgresql://${values.user}:${secret}@${values.host}:${values.port}/managed?sslmode=verify-full&sslrootcert=${authority}`
  })
  afterAll(() => pool[Symbol.asyncDispose]())

  const go = (...words: string[]) =>
    run(['--json', '--matrix', path.resolve('matrix'), 'run', '--dsn', 'managed', ...words, CELLS], {
      PGMATRIX_DSN_MANAGED: address,
    })

  it('gets the verdicts of any server; what would need a server of ours is not run and says so; nothing is left', async () => {
    const ended = await go()
    expect(ended).toMatchObject({ code: 0 })
    const words = ['--json', '--matrix', path.resolve('matrix'), 'run', '--runtime', 'embedded']
    const ours = verdicts(await run([...words, CELLS.replace('dsn:*', '17')]))
    const expected = ours.map(({ client, probe, verdict }) => ({
      client,
      probe,
      verdict: probe === NEEDS_PROFILE ? 'not-run' : verdict,
    }))
    const found = verdicts(ended)
    expect(found.map(({ client, probe, verdict }) => ({ client, probe, verdict }))).toEqual(expected)
    const notRun = found.filter(({ verdict }) => verdict === 'not-run')
    for (const { reason } of notRun) expect(reason).toContain('needs the profile network')
    const left = await database.rows("select nspname from pg_namespace where nspname ~ 'pgmatrix'")
    expect(left).toEqual([])
    expect(ended.stdout + ended.stderr).not.toContain(secret)
  })

  it('a database that is in use is refused unless it may be, and then left as it was', async () => {
    await database.rows('create table keepsake as select 42 as answer')
    const refused = await go()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('The database of dsn:managed is not empty (public.keepsake)')
    expect((await go('--dsn-in-use')).code).toBe(0)
    expect(await database.rows('select * from keepsake')).toEqual([['42']])
  })

  it('a wrong password and a server that is not there are errors of the surroundings, without the password', async () => {
    const wrong = address.replace(secret, 'open-sesame')
    const { code, stderr } = await run(
      ['--matrix', path.resolve('matrix'), 'run', '--dsn', 'managed', CELLS],
      { PGMATRIX_DSN_MANAGED: wrong },
    )
    expect(code).toBe(3)
    expect(stderr).toContain('lets nobody in')
    expect(stderr).not.toContain('open-sesame')
  })
})

describe('addresses', () => {
  it.each([
    ['Managed', {}, /--dsn Managed: a name is/],
    ['managed', {}, /set PGMATRIX_DSN_MANAGED/],
    ['managed', { PGMATRIX_DSN_MANAGED: 'postgresql://me:hush@/x' }, /PGMATRIX_DSN_MANAGED is no address/],
  ])('%s %j', (name, env, message) => {
    expect(() => foreignAddress(name, env)).toThrow(message)
    expect(() => foreignAddress(name, env)).not.toThrow(/hush/)
  })
})

describe('PGlite, which is no PostgreSQL server', () => {
  let server: PGliteServer

  beforeAll(async () => (server = await PGliteServer.start()), 200_000)
  afterAll(() => server[Symbol.asyncDispose]())

  const go = (matrix: string, ...patterns: string[]) =>
    run(['--json', '--matrix', matrix, 'run', '--dsn', 'pglite', ...patterns], {
      PGMATRIX_DSN_PGLITE: server.address,
    })

  it('answers over the same door', async () => {
    const ended = await go(
      path.resolve('matrix'),
      'dsn:*/{psycopg2-2.9.13,psycopg-3.3.9}/json-{jsonb-decode,jsonpath,table}',
      // It prepares statements under the same names in each session; here all sessions have one backend.
      'dsn:*/asyncpg-0.32.0/type-{boolean,integers,uuid}',
    )
    expect(ended).toMatchObject({ code: 0 })
    const cells = verdicts(ended)
    expect(cells.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 9 }, () => 'native'))
    expect(ended.stdout).toContain('PGlite')
  })

  it('has pgvector, whose recipes run nowhere else without containers', async () => {
    const clients = 'psycopg2-2.9.13,psycopg-3.3.9,asyncpg-0.32.0,pg8000-1.31.6'
    const ended = await go(path.resolve('matrix'), `dsn:*/{${clients}}/ext-pgvector`)
    expect(verdicts(ended).map(({ client, verdict }) => [client, verdict])).toEqual([
      ['asyncpg-0.32.0', 'native'],
      ['pg8000-1.31.6', 'partial'],
      ['psycopg-3.3.9', 'native'],
      ['psycopg2-2.9.13', 'native'],
    ])
  }, 120_000)

  it('settings that a recipe leaves in the only backend are not met by the next', async () => {
    const leaves = `conn.commit()\nconn.autocommit = True\ncur.execute("set default_transaction_read_only = on")\n`
    const styles = 'cur.execute("set intervalstyle = sql_standard")\n'
    const ended = await go(
      makeMatrix({
        'a-leaves': { code: `${leaves}${styles}return value\n` },
        'b-good': {
          ...GOOD,
          more: { witness: [{ sql: "select interval '1 day 2 hours'", rows: [['1 day 02:00:00']] }] },
        },
      }),
    )
    expect(verdicts(ended).map(({ verdict }) => verdict)).toEqual(['native', 'native'])
  }, 60_000)

  it('an extension that its owner has in the schema public stays there, and clients find it', async () => {
    const owner = new Client({ connectionString: server.address })
    await owner.connect()
    await owner.query('create extension vector schema public')
    await owner.end()
    const ended = await go(path.resolve('matrix'), 'dsn:*/{asyncpg-0.32.0,psycopg-3.3.9}/ext-pgvector')
    expect(verdicts(ended).map(({ verdict }) => verdict)).toEqual(['native', 'native'])
  }, 60_000)
})
