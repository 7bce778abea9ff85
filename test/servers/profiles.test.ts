/** Servers set up for probes of connections: real ones, asked with node-postgres as a client would. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Login } from '../../harness/core/matrix.js'
import type { ProbeDatabase } from '../../harness/core/runtime.js'
import { findPooler, poolerFiles, poolerProblem } from '../../harness/servers/pooler.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { matrixServers, profiled } from './servers.js'

async function ask(config: ClientConfig, sql: string): Promise<unknown[]> {
  const client = new Client(config)
  try {
    await client.connect()
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows[0] ?? []
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** What a recipe would connect with. */
function target(database: ProbeDatabase, login: Login = 'scram'): ClientConfig & { wrongHost: string } {
  const { values } = database.surroundings(login)
  return {
    host: String(values.host),
    port: Number(values.port),
    database: String(values.database),
    user: String(values.user),
    password: String(values.password),
    wrongHost: String(values.wrong_host),
  }
}

const MAJORS = ['10', '18']
describe.each(MAJORS)('PostgreSQL %s on a network', (id) => {
  let pool: ServerPool
  let database: ProbeDatabase

  beforeAll(async () => {
    pool = await startServers(profiled(matrixServers(id), 'network'))
    const [server] = pool.servers
    if (!server) throw new Error('no server')
    database = await server.openDatabase('network')
    await database.reset({ nonce: 'n', extensions: ['pg_stat_statements'], setup: [] })
  })
  afterAll(() => pool[Symbol.asyncDispose]())

  it.each(['scram', 'md5', 'password', 'replication'] as const)(
    '%s: the role gets in with its password alone',
    async (login) => {
      expect(await ask(target(database, login), 'select current_user')).toEqual([`probe_${login}`])
      await expect(ask({ ...target(database, login), password: 'wrong' }, 'select 1')).rejects.toMatchObject({
        code: '28P01',
      })
    },
  )

  it('reject: the role is refused, with its SQLSTATE', async () => {
    await expect(ask(target(database, 'reject'), 'select 1')).rejects.toMatchObject({ code: '28000' })
  })

  it('passwords are stored as their method wants them, and none of the roles is a superuser', async () => {
    const rows = await database.rows(
      "select rolname, left(rolpassword, 5), rolsuper from pg_authid where rolname ~ '^probe_(scram|md5)' order by 1",
    )
    expect(rows).toEqual([
      ['probe_md5', 'md5' + (rows[0]?.[1] ?? '').slice(3), 'f'],
      ['probe_scram', 'SCRAM', 'f'],
    ])
  })

  it('TLS: its certificate is for one name and from our authority; a client certificate logs in', async () => {
    const { files } = database.surroundings('certificate')
    const { wrongHost, ...right } = target(database)
    const ssl = { ca: files.ca, rejectUnauthorized: true }
    expect(await ask({ ...right, ssl }, 'select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([
      true,
    ])
    await expect(ask({ ...right, host: wrongHost, ssl }, 'select 1')).rejects.toThrow(/altnames|IP/i)
    await expect(ask({ ...right, ssl: { rejectUnauthorized: true } }, 'select 1')).rejects.toThrow(
      /certificate/,
    )
    const { password: _, wrongHost: __, ...certified } = target(database, 'certificate')
    const own = { ...ssl, cert: files.client_cert, key: files.client_key }
    expect(await ask({ ...certified, ssl: own }, 'select current_user')).toEqual(['probe_certificate'])
    await expect(ask({ ...certified, ssl }, 'select 1')).rejects.toMatchObject({ code: '28000' })
  })

  it('listens on the loopback alone, and its key is for its account alone', async () => {
    expect(await database.rows('show listen_addresses')).toEqual([['localhost']])
    expect(await database.rows('show wal_level')).toEqual([['logical']])
    expect(await database.rows('select count(*) > 0 from pg_stat_statements')).toEqual([['t']])
    const rules = await readFile(path.join(pool.folder, `${id}-for-network`, 'data', 'pg_hba.conf'), 'utf8')
    expect(rules).not.toMatch(/host .*trust/)
  })
})

describe.each(MAJORS)('PostgreSQL %s with a standby', (id) => {
  let pool: ServerPool
  let database: ProbeDatabase

  beforeAll(async () => {
    pool = await startServers(profiled(matrixServers(id), 'failover'))
    const [server] = pool.servers
    if (!server) throw new Error('no server')
    database = await server.openDatabase('pair')
  })
  afterAll(() => pool[Symbol.asyncDispose]())

  const standby = () => {
    const { values } = database.surroundings('scram')
    return { ...target(database), host: String(values.standby_host), port: Number(values.standby_port) }
  }

  it('a backup is restored beside it; after a failover the standby is what the witness asks; then all is made anew', async () => {
    for (const round of ['first', 'second']) {
      await database.reset({
        nonce: round,
        extensions: [],
        setup: [`create table t as select '${round}'::text as round`],
      })
      const restored = await database.perform('restore_backup')
      const copy = { ...target(database), host: String(restored.host), port: Number(restored.port) }
      expect(await ask(copy, 'select round, pg_is_in_recovery() from t')).toEqual([round, false])
      await database.perform('fail_over')
      await expect(ask(target(database), 'select 1')).rejects.toThrow(/ECONNREFUSED/)
      expect(await ask(standby(), 'select round, pg_is_in_recovery() from t')).toEqual([round, false])
      expect(await database.rows('select round, pg_is_in_recovery() from t')).toEqual([[round, 'f']])
    }
  })

  it('a standby follows, and takes no writes', async () => {
    await database.reset({ nonce: 'n', extensions: [], setup: ['create table t as select 1 as a'] })
    await expect.poll(() => ask(standby(), 'select a from t').catch(() => []), { timeout: 5000 }).toEqual([1])
    await expect(ask(standby(), 'insert into t values (2)')).rejects.toMatchObject({ code: '25006' })
  })
})

describe('PgBouncer', () => {
  it.each([
    ['pgbouncer', undefined, /there is no PgBouncer/],
    ['pgbouncer', '1.18.0', /ends itself at a cancel request/],
    ['pgbouncer', '1.19.1', /takes no options, as do all before 1.20/],
    ['pgbouncer-tracking', '1.20.1', /keeps no track/],
  ] as const)('%s is not to be had with %s', (profile, version, problem) => {
    expect(poolerProblem(profile, version && { path: '/p', version })).toMatch(problem)
  })

  it.each([
    ['pgbouncer', '1.20.1'],
    ['pgbouncer-tracking', '1.21.0'],
  ] as const)('%s is to be had with %s', (profile, version) => {
    expect(poolerProblem(profile, { path: '/p', version })).toBeUndefined()
  })

  it('says nothing of prepared statements to a release that does not know the word', () => {
    const equipment = { profile: 'pgbouncer', password: 'p', certificates: undefined } as const
    const where = { equipment, address: '127.0.0.1', port: 1, host: '/s', serverPort: 2 }
    expect(poolerFiles({ ...where, version: '1.20.0' })['pgbouncer.ini']).not.toContain(
      'max_prepared_statements',
    )
    expect(poolerFiles({ ...where, version: '1.24.1' })['pgbouncer.ini']).toContain(
      'max_prepared_statements = 0',
    )
  })

  const binary = findPooler(process.env)
  it.runIf(binary && !poolerProblem('pgbouncer', binary))(
    'gives a connection away after each transaction',
    async () => {
      await using pool = await startServers(profiled(matrixServers('17'), 'pgbouncer'))
      const [server] = pool.servers
      if (!server) throw new Error('no server')
      const database = await server.openDatabase('pooled')
      await database.reset({ nonce: 'n', extensions: [], setup: [] })
      const clients = await Promise.all(
        [1, 2, 3].map(async () => {
          const client = new Client(target(database))
          await client.connect()
          return client
        }),
      )
      const pids = await Promise.all(
        clients.map((client) => client.query('select pg_backend_pid() as pid, pg_sleep(0.1)')),
      )
      expect(new Set(pids.map(({ rows }) => rows[0].pid)).size).toBe(2)
      await Promise.all(clients.map((client) => client.end()))
    },
  )
})
