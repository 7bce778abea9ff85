/** Runs on servers that the harness did not start. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { foreignAddress } from '../../harness/dsn/address.js'
import { freePorts } from '../../harness/servers/free-ports.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { run, type Ended } from '../commands/program.js'
import { matrixServers, profiled } from '../servers/servers.js'

const CELLS =
  'dsn:*/{psycopg2-2.9.13,psycopg-3.3.9,asyncpg-0.32.0,pg8000-1.31.6}/{json-jsonb-decode,tx-savepoint,cancel-query,type-uuid,tls-verify-full}'
/** A server that pgmatrix did not set up can't have it. */
const NEEDS_PROFILE = 'tls-verify-full'
const cellSchema = z.object({
  kind: z.literal('cell'),
  client: z.string(),
  probe: z.string(),
  verdict: z.string(),
  reason: z.string(),
})

/** In the order of their ids: lanes differ. */
function verdicts({ stdout }: Ended): z.infer<typeof cellSchema>[] {
  const events = stdout
    .trim()
    .split('\n')
    .map((line): { type?: string; cell?: unknown } => JSON.parse(line))
  const cells = events.flatMap(({ cell }) => cellSchema.safeParse(cell).data ?? [])
  const key = ({ client, probe }: z.infer<typeof cellSchema>) => `${client}/${probe}`
  return cells.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

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
  const program = path.resolve('node_modules/.bin/pglite-server')

  it('answers over the same door', async () => {
    const [port = 0] = await freePorts(1)
    const server = spawn(process.execPath, [program, '--port', String(port), '--max-connections', '20'], {
      stdio: 'ignore',
    })
    try {
      await expect.poll(() => answers(port), { timeout: 60_000, interval: 200 }).toBe(true)
      const words = [
        '--json',
        '--matrix',
        path.resolve('matrix'),
        'run',
        '--dsn',
        'pglite',
        'dsn:*/{psycopg2-2.9.13,psycopg-3.3.9}/json-{jsonb-decode,jsonpath,table}',
        // It prepares statements under the same names in each session; here all sessions have one backend.
        'dsn:*/asyncpg-0.32.0/type-{boolean,integers,uuid}',
      ]
      const ended = await run(words, {
        PGMATRIX_DSN_PGLITE: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
      })
      expect(ended).toMatchObject({ code: 0 })
      const cells = verdicts(ended)
      expect(cells.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 9 }, () => 'native'))
      expect(ended.stdout).toContain('PGlite')
    } finally {
      server.kill()
      await once(server, 'exit')
    }
  })
})

async function answers(port: number): Promise<boolean> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: 'postgres',
    database: 'postgres',
    connectionTimeoutMillis: 2000,
  })
  client.on('error', () => {})
  return client.connect().then(
    async () => {
      await client.end()
      return true
    },
    () => false,
  )
}
