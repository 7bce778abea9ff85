import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SqlError, type ProbeDatabase } from '../../harness/core/runtime.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { Session } from '../../harness/servers/session.js'
import { rawClient } from './raw-client.js'
import { plainServers } from './servers.js'

const IDS = ['10', '18']
const EMPTY = { nonce: 'n', extensions: [], setup: [] }
let pool: ServerPool

beforeAll(async () => {
  pool = await startServers(plainServers(...IDS))
})
afterAll(() => pool[Symbol.asyncDispose]())

/** What a recipe may leave behind: SQL that a client runs, and a query that counts what is left. */
const LEFTOVERS: [string, string[], string][] = [
  ['a table', ['create table t (id int)'], "select count(*) from pg_class where relname = 't'"],
  ['a type', ["create type mood as enum ('ok')"], "select count(*) from pg_type where typname = 'mood'"],
  [
    'a function',
    ["create function f() returns int language sql as 'select 1'"],
    "select count(*) from pg_proc where proname = 'f'",
  ],
  [
    'a schema',
    ['create schema other', 'create table other.t ()'],
    "select count(*) from pg_namespace where nspname = 'other'",
  ],
  ['a large object', ['select lo_create(0)'], 'select count(*) from pg_largeobject_metadata'],
  ['a publication', ['create publication p'], 'select count(*) from pg_publication'],
  [
    'a prepared transaction with a lock',
    ['create table t (id int)', 'begin', 'insert into t values (1)', "prepare transaction 'left'"],
    'select count(*) from pg_prepared_xacts',
  ],
  [
    'an idle transaction with a lock',
    ['create table t (id int)', 'begin; lock table t in access exclusive mode'],
    "select count(*) from pg_locks l join pg_stat_activity a using (pid) where a.usename = 'probe'",
  ],
  [
    'settings of role and database',
    [
      "alter role probe set work_mem = '1MB'",
      "alter role probe in database w set lock_timeout = '1s'",
      "alter database w set work_mem = '2MB'",
    ],
    'select count(*) from pg_db_role_setting',
  ],
  [
    'privileges by default',
    ['alter default privileges grant select on tables to public'],
    'select count(*) from pg_default_acl',
  ],
]

describe.each(IDS.map((id, index) => [id, index] as const))('reset on PostgreSQL %s', (_id, index) => {
  let database: ProbeDatabase
  let client: Session

  beforeEach(async () => {
    const server = pool.servers[index]
    if (!server) throw new Error('server is missing')
    database = await server.openDatabase('w')
    await database.reset(EMPTY)
    client = await Session.open(database.endpoint)
  })
  afterEach(async () => {
    await client[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  it.each(LEFTOVERS)('takes away %s', async (_what, sql, count) => {
    await using raw = await rawClient(database)
    for (const statement of sql) await raw.query(statement)
    expect(await database.rows(count)).not.toEqual([['0']])
    await database.reset(EMPTY)
    expect(await database.rows(count)).toEqual([['0']])
  })

  it('ends the sessions of clients, of this database alone', async () => {
    const server = pool.servers[index]
    await using neighbour = await server?.openDatabase('neighbour')
    if (!neighbour) throw new Error('server is missing')
    await using other = await Session.open(neighbour.endpoint)
    await database.reset(EMPTY)
    await expect(client.rows('select 1')).rejects.toThrow(/terminat|lost/)
    expect(await other.rows('select 1')).toEqual([['1']])
  })

  it('carries the nonce, quotes and all, to where clients read it', async () => {
    await database.reset({ ...EMPTY, nonce: "it's \\ one" })
    await using fresh = await Session.open(database.endpoint)
    expect(await fresh.rows("select obj_description('public'::regnamespace, 'pg_namespace')")).toEqual([
      ["it's \\ one"],
    ])
  })

  it('runs the setup as the owner, after the extensions', async () => {
    const setup = ['create table t (id hstore) -- a comment', 'create table u ()']
    await database.reset({ ...EMPTY, extensions: ['hstore'], setup })
    const owners = "select tablename, tableowner from pg_tables where schemaname = 'public' order by 1"
    expect(await database.rows(owners)).toEqual([
      ['t', 'probe'],
      ['u', 'probe'],
    ])
    expect(await database.rows('select current_user')).toEqual([['postgres']])
  })

  it.each([
    ['create tabel t ()', '42601'],
    ['create table t (); create table t ()', '42P07'],
    ['begin; create table t (); commit; select 1/0', '22012'],
  ])('a failing setup %s is an SqlError with %s, and the next reset works', async (sql, sqlstate) => {
    const failure = await database.reset({ ...EMPTY, setup: [sql] }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SqlError)
    expect(failure).toMatchObject({ sqlstate })
    expect(await database.rows('select current_user')).toEqual([['postgres']])
    await database.reset(EMPTY)
    expect(await database.rows("select count(*) from pg_tables where schemaname = 'public'")).toEqual([['0']])
  })

  it('an extension that does not exist is an SqlError', async () => {
    await expect(database.reset({ ...EMPTY, extensions: ['no_such'] })).rejects.toThrow(SqlError)
  })

  it.each([
    ['select true, null, 1.10, array[1,2], 1::float8', [['t', null, '1.10', '{1,2}', '1']]],
    ['select 1; select 2', [['2']]],
    ['create table t (a int)', []],
    ['', []],
  ])('rows(%s) are text', async (sql, rows) => {
    expect(await database.rows(sql)).toEqual(rows)
  })

  it.each([
    ['begin; create table left_open ()'],
    ['set role probe'],
    ["set search_path = 'nowhere'"],
    ['create temp table tmp ()'],
  ])('what rows(%s) does to the session is undone', async (sql) => {
    await database.rows(sql)
    await database.reset(EMPTY)
    const seen = `select current_user, current_setting('search_path'), to_regclass('left_open'), to_regclass('tmp')`
    expect(await database.rows(seen)).toEqual([['postgres', '"$user", public', null, null]])
  })

  it('a statement that goes on for ever is stopped by the lock timeout', async () => {
    await using raw = await rawClient(database)
    await raw.query('create table t ()')
    await raw.query('begin; lock table t in access exclusive mode')
    await expect(database.rows('select * from t')).rejects.toMatchObject({ sqlstate: '55P03' })
  })
})
