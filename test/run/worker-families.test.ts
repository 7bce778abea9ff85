/** Every client of the matrix on a real server: what its recipes find in scope, and what becomes of their work. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareClient } from '../../harness/clients/environment.js'
import type { Answer } from '../../harness/core/protocol.js'
import {
  LibraryMissing,
  type ProbeDatabase,
  type RunningServer,
  type Worker,
} from '../../harness/core/runtime.js'
import { loadMatrix } from '../../harness/load/load.js'
import { startWorker } from '../../harness/run/worker.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { plainServers } from '../servers/servers.js'
import { FIXTURES, recipe } from './fake-client.js'

const loaded = await loadMatrix(fileURLToPath(new URL('../../matrix', import.meta.url)))
if ('problems' in loaded) throw new Error('the matrix does not load: pgmatrix lint tells why')
/** Applications of stacks are asked elsewhere: test/matrix/wrong-applications.test.ts. */
const clients = loaded.matrix.clients.filter(({ stack }) => !stack)

let pool: ServerPool
let server: RunningServer
let database: ProbeDatabase
beforeAll(async () => {
  pool = await startServers(plainServers('17'))
  const [first] = pool.servers
  if (first === undefined) throw new Error('no server was started')
  server = first
  database = await server.openDatabase('families')
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await pool[Symbol.asyncDispose]()
})

/** Inserts `value` into t through everything that is in scope, and reads it over a second connection. */
const INSERTS: Readonly<Record<string, string>> = {
  psycopg2: `
cur.execute("insert into t values (%s)", [value])
conn.commit()
other = connect()
other.cursor().execute("insert into t values (%s)", [dsn["user"] == "probe" and value + 1])
cur.execute("select max(n) from t")
return cur.fetchone()[0]`,
  psycopg: `
await cur.execute("insert into t values (%s)", [value])
await conn.commit()
other = await connect()
await other.execute("insert into t values (%s)", [dsn["user"] == "probe" and value + 1])
await cur.execute("select max(n) from t")
return (await cur.fetchone())[0]`,
  asyncpg: `
await conn.execute("insert into t values ($1)", value)
other = await connect()
async with other.transaction():
    await other.execute("insert into t values ($1)", dsn["user"] == "probe" and value + 1)
    return await conn.fetchval("select max(n) from t")`,
  aiopg: `
await cur.execute("insert into t values (%s)", [value])
other = await connect()
async with other.cursor() as second:
    await second.execute("begin")
    await second.execute("insert into t values (%s)", [dsn["user"] == "probe" and value + 1])
    await cur.execute("select max(n) from t")
    result = (await cur.fetchone())[0]
    await second.execute("commit")
return result`,
  pg8000: `
cur.execute("insert into t values (%s)", (value,))
conn.commit()
other = connect()
other.cursor().execute("insert into t values (%s)", (dsn["user"] == "probe" and value + 1,))
cur.execute("select max(n) from t")
return cur.fetchone()[0]`,
  pygresql: `
import pg

cur.execute("insert into t values (%s)", (value,))
conn.commit()
other = connect()
other.execute("insert into t values (%s)", (dsn["user"] == "probe" and value + 1,))
db = pg.DB(**classic)
same = db.query("select current_database()").onescalar() == dsn["database"]
db.close()
cur.execute("select max(n) from t")
return cur.fetchone()[0] if same else None`,
  pg8000_native: `
conn.run("insert into t values (:n)", n=value)
other = connect()
other.run("start transaction")
other.run("insert into t values (:n)", n=dsn["user"] == "probe" and value + 1)
result = conn.run("select max(n) from t")[0][0]
other.run("commit")
return result`,
  psqlpy: `
await conn.execute("insert into t values ($1)", [value])
other = await connect()
async with other.transaction() as transaction:
    await transaction.execute("insert into t values ($1)", [dsn["username"] == "probe" and value + 1])
    return await conn.fetch_val("select max(n) from t")`,
  py_postgresql: `
conn.query("insert into t values ($1)", value)
other = connect()
with other.xact():
    other.query("insert into t values ($1)", dsn["user"] == "probe" and value + 1)
    return conn.query.first("select max(n) from t")`,
  tortoise: `
from tortoise import fields
from tortoise.models import Model

class T(Model):
    n = fields.IntField(primary_key=True)
    class Meta:
        table = "t"

await init(T)
await T.create(n=value)
_, rows = await conn.execute_query("select max(n) as n from t")
other = await connect()
await other.execute_query(f"insert into t values ({int(dsn['user'] == 'probe' and value + 1)})")
return rows[0]["n"]`,
  django: `
from django.db import models, transaction

class T(models.Model):
    n = models.IntegerField(primary_key=True)
    class Meta:
        db_table = "t"

T.objects.create(n=value)
other = connect()
other.set_autocommit(False)
with other.cursor() as cur:
    cur.execute("insert into t values (%s)", [settings_dict["USER"] == "probe" and value + 1])
return T.objects.aggregate(models.Max("n"))["n__max"]`,
  sqlalchemy: `
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select

t = Table("t", MetaData(), Column("n", Integer))
conn.execute(insert(t).values(n=value))
conn.commit()
other = connect()
other.execute(insert(t).values(n=("probe@" in url) and value + 1))
with engine.connect() as third:
    return third.scalar(select(func.max(t.c.n)))`,
  sqlmodel: `
from sqlmodel import Field, Session, SQLModel, func, select, text

class T(SQLModel, table=True):
    n: int = Field(primary_key=True)

with Session(engine) as session:
    session.add(T(n=value))
    session.commit()
other = connect()
other.execute(text("insert into t values (:n)"), {"n": ("probe@" in url) and value + 1})
with Session(engine) as session:
    return session.exec(select(func.max(T.n))).one()`,
  aiopg_sa: `
await conn.execute("insert into t values (%s)", [value])
other = await connect()
async with other.begin():
    await other.execute("insert into t values (%s)", [dsn["user"] == "probe" and value + 1])
    return await conn.scalar("select max(n) from t")`,
  databases: `
await database.execute("insert into t values (:n)", {"n": value})
other = await connect()
async with other.transaction():
    await other.execute("insert into t values (:n)", {"n": ("probe@" in url) and value + 1})
    return await database.fetch_val("select max(n) from t")`,
  edgy: `
await models.database.execute("insert into t values (:n)", {"n": value})
other = await connect()
async with other.transaction():
    await other.execute("insert into t values (:n)", {"n": ("probe@" in url) and value + 1})
    return await models.database.fetch_val("select max(n) from t")`,
  gino: `
await db.status(db.text("insert into t values (:n)"), n=value)
other = await connect()
async with other.transaction():
    await other.status(db.text("insert into t values (:n)"), n=(url.username == "probe") and value + 1)
    return await db.scalar("select max(n) from t")`,
  piccolo: `
from piccolo.table import Table

other = await connect()

class T(Table):
    pass

class Other(Table, db=other):
    pass

await T.raw("insert into t values ({})", value)
async with other.transaction():
    await Other.raw("insert into t values ({})", dsn["user"] == "probe" and value + 1)
    rows = await T.raw("select max(n) as n from t")
    return rows[0]["n"]`,
  ormar: `
from sqlalchemy import func, select, table, column

t = table("t", column("n"))
async with database.transaction(), database.connection() as conn:
    await conn.execute(t.insert().values(n=value))
other = await connect()
async with other.transaction(), other.connection() as second:
    await second.execute(t.insert().values(n=("probe@" in url) and value + 1))
    async with database.engine.connect() as third:
        return await third.scalar(select(func.max(t.c.n)))`,
  records: `
with db.transaction() as tx:
    tx.query("insert into t values (:n)", n=value)
other = connect()
with other.transaction() as tx:
    tx.query("insert into t values (:n)", n=("probe@" in url) and value + 1)
    result = db.query("select max(n) from t").scalar()
return result`,
  sqlobject: `
connection.query("insert into t values (%d)" % value)
other = connect().transaction()
other.query("insert into t values (%d)" % ((dsn["user"] == "probe") and value + 1))
result = connection.queryOne("select max(n) from t")[0]
other.commit(close=True)
return result`,
  pony: `
from pony.orm import PrimaryKey, db_session

class T(db.Entity):
    n = PrimaryKey(int)

db.generate_mapping()
with db_session:
    T(n=value)
other = connect()
with db_session:
    other.insert("t", n=(dsn["user"] == "probe") and value + 1)
    result = db.get("select max(n) from t")
return result`,
  peewee: `
from peewee import IntegerField, Model, fn

class T(Model):
    n = IntegerField(primary_key=True)
    class Meta:
        database = db

T.insert(n=value).execute()
other = connect()
other.execute_sql("begin")
other.execute_sql("insert into t values (%s)", [dsn["user"] == "probe" and value + 1])
result = T.select(fn.MAX(T.n)).scalar()
other.execute_sql("commit")
return result`,
  peewee_async: `
from peewee import IntegerField, fn

class T(db.Model):
    n = IntegerField(primary_key=True)

other = await connect()
async with db, other:
    await T.insert(n=value).aexecute()
    async with other.atomic():
        await other.aexecute_sql("insert into t values (%s)", [dsn["user"] == "probe" and value + 1])
        return await db.scalar(T.select(fn.MAX(T.n)))`,
}

/** An insert and then an error, in the way in which the library does not commit by itself. */
const FAILURES: Readonly<Record<string, string>> = {
  psycopg2: 'cur.execute("insert into t values (7)")\n1 / 0',
  psycopg: 'cur.execute("insert into t values (7)")\n1 / 0',
  asyncpg: 'await conn.execute("begin")\nawait conn.execute("insert into t values (7)")\n1 / 0',
  aiopg: 'await cur.execute("begin")\nawait cur.execute("insert into t values (7)")\n1 / 0',
  pg8000: 'cur.execute("insert into t values (7)")\n1 / 0',
  pygresql: 'cur.execute("insert into t values (7)")\n1 / 0',
  pg8000_native: 'conn.run("start transaction")\nconn.run("insert into t values (7)")\n1 / 0',
  psqlpy:
    'transaction = conn.transaction()\nawait transaction.begin()\nawait transaction.execute("insert into t values (7)")\n1 / 0',
  py_postgresql: 'conn.execute("begin")\nconn.query("insert into t values (7)")\n1 / 0',
  tortoise:
    'from tortoise.transactions import in_transaction\nasync with in_transaction() as conn:\n    await conn.execute_query("insert into t values (7)")\n    1 / 0',
  django: 'connection.set_autocommit(False)\nconnection.cursor().execute("insert into t values (7)")\n1 / 0',
  sqlalchemy: 'conn.exec_driver_sql("insert into t values (7)")\n1 / 0',
  sqlmodel: 'conn.exec_driver_sql("insert into t values (7)")\n1 / 0',
  aiopg_sa: 'await conn.begin()\nawait conn.execute("insert into t values (7)")\n1 / 0',
  databases: 'await database.transaction()\nawait database.execute("insert into t values (7)")\n1 / 0',
  piccolo:
    'from piccolo.table import Table\nasync with DB.transaction():\n    await Table.raw("insert into t values (7)")\n    1 / 0',
  edgy: 'await models.database.transaction()\nawait models.database.execute("insert into t values (7)")\n1 / 0',
  gino: 'async with db.acquire() as conn:\n    await conn.transaction()\n    await conn.status("insert into t values (7)")\n    1 / 0',
  ormar:
    'from sqlalchemy import text\nasync with database.connection() as conn:\n    await conn.execute(text("insert into t values (7)"))\n    1 / 0',
  records: 'conn = db.get_connection()\nconn.transaction()\nconn.query("insert into t values (7)")\n1 / 0',
  sqlobject: 'trans = connection.transaction()\ntrans.query("insert into t values (7)")\n1 / 0',
  pony: 'from pony.orm import db_session\nwith db_session:\n    db.execute("insert into t values (7)")\n    1 / 0',
  peewee: 'db.begin()\ndb.execute_sql("insert into t values (7)")\n1 / 0',
  peewee_async: 'await db.aexecute_sql("begin")\nawait db.aexecute_sql("insert into t values (7)")\n1 / 0',
}

const MIGRATION = `
from django.db import models

class Doc(models.Model):
    owner = models.ForeignKey("Person", on_delete=models.CASCADE)

class Person(models.Model):
    name = models.TextField()

migrate(Person, Doc)
return Doc._meta.label`

const DANGLING = `
from django.db import models

class Doc(models.Model):
    owner = models.ForeignKey("Nobody", on_delete=models.CASCADE)

migrate(Doc)`

/** On an engine of its own, as every coroutine on SQLAlchemy. */
const COROUTINE = `
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine(url)
async with engine.connect() as conn:
    first = (await conn.execute(text("select 0"))).scalar()
await engine.dispose()
other = await connect()
return first + (await other.execute(text("select 1"))).scalar()`

/** Goes on with another database than the one it was given. */
const STRAYS: Readonly<Record<string, string>> = {
  psycopg2: 'import psycopg2\nconn = psycopg2.connect(**{**dsn, "dbname": "postgres"})\nreturn value',
  psycopg: 'import psycopg\nconn = psycopg.connect(**{**dsn, "dbname": "postgres"})\nreturn value',
  asyncpg: 'import asyncpg\nconn = await asyncpg.connect(**{**dsn, "database": "postgres"})\nreturn value',
  psqlpy:
    'import psqlpy\npool = psqlpy.ConnectionPool(**{**dsn, "db_name": "postgres"})\nconn = await pool.connection()\nreturn value',
  pg8000: 'import pg8000.dbapi\nconn = pg8000.dbapi.connect(**{**dsn, "database": "postgres"})\nreturn value',
  py_postgresql: 'import postgresql\nconn = postgresql.open(**{**dsn, "database": "postgres"})\nreturn value',
  psycopg2cffi:
    'import psycopg2cffi\nconn = psycopg2cffi.connect(**{**dsn, "dbname": "postgres"})\nreturn value',
  pygresql: 'import pgdb\nconn = pgdb.connect(**{**dsn, "database": "postgres"})\nreturn value',
  tortoise: 'await init(database="postgres")\nreturn value',
  piccolo:
    'from piccolo.engine.postgres import PostgresEngine\nDB = PostgresEngine(config={**dsn, "database": "postgres"})\nreturn value',
  pg8000_native:
    'import pg8000.native\nconn = pg8000.native.Connection(**{**dsn, "database": "postgres"})\nreturn value',
}

/** What drop-ins are tried with. */
const SAME: Readonly<Record<string, string>> = { psycopg2cffi: 'psycopg2', psycopg_python: 'psycopg' }

describe.each(clients.map((client) => [client.id, client] as const))('%s', (_, client) => {
  const family = SAME[client.family.id] ?? client.family.id
  let worker: Worker | undefined
  let unavailable = ''
  beforeAll(async () => {
    const prepared = await prepareClient(client)
    if (prepared.kind !== 'ready') return void (unavailable = prepared.reason)
    try {
      worker = await startWorker(prepared, { fixtures: FIXTURES })
    } catch (error) {
      if (!(error instanceof LibraryMissing)) throw error
      unavailable = error.message
    }
  })
  afterAll(() => worker?.[Symbol.asyncDispose]())

  it('commits what returns, rolls back what raises, and tells who answered', async (test) => {
    if (worker === undefined) return test.skip(unavailable)
    expect(worker.hello.versions).toEqual(client.pins)
    const identity = { serverVersionNum: server.versionNum, runId: server.runId, nonce: 'n1' }

    await reset()
    const inserted = await ask(worker, INSERTS[family] ?? '')
    expect(inserted).toMatchObject({ outcome: 'returned', equal: true, identity })
    expect(await rows()).toEqual(['1', '2'])

    await reset()
    const failed = await ask(worker, FAILURES[family] ?? '')
    expect(failed).toMatchObject({ outcome: 'raised', error: { type: 'ZeroDivisionError' }, identity })
    expect(await rows()).toEqual([])
  })

  it.runIf(family === 'django')(
    'creates tables of models, and runs the system checks before',
    async (test) => {
      const prepared = await prepareClient(client)
      if (prepared.kind !== 'ready') return test.skip(prepared.reason)
      await using worker = await startWorker(prepared, { fixtures: FIXTURES })
      await reset()
      expect(await ask(worker, MIGRATION)).toMatchObject({ value: { repr: "'recipe.Doc'" } })
      expect(await database.rows("select to_regclass('recipe_doc')::text")).toEqual([['recipe_doc']])
      expect(await ask(worker, DANGLING)).toMatchObject({
        error: { type: 'django.core.management.base.SystemCheckError', line: 16 },
      })
    },
  )

  // The engine of SQLAlchemy is what has two ways to run; other families have one.
  it.runIf(['sqlalchemy', 'sqlmodel'].includes(family))(
    'runs coroutines where the driver does',
    async (test) => {
      if (worker === undefined) return test.skip(unavailable)
      await reset()
      const able = ['asyncpg', 'psycopg'].includes(client.driver?.family ?? '')
      const expected = able ? { outcome: 'returned', equal: true } : { error: { line: 14 } }
      expect(await ask(worker, COROUTINE)).toMatchObject({ ...expected, identity: { nonce: 'n1' } })
    },
  )

  it.runIf(client.family.id in STRAYS)('tells when a recipe went on with another database', async (test) => {
    if (worker === undefined) return test.skip(unavailable)
    await reset()
    const answer = await ask(worker, STRAYS[client.family.id] ?? '')
    expect(answer).toMatchObject({ outcome: 'returned', equal: true })
    expect('identity' in answer && answer.identity?.nonce).not.toBe('n1')
  })
})

async function reset(): Promise<void> {
  await database.reset({ nonce: 'n1', extensions: [], setup: ['create table t (n int primary key)'] })
}

function ask(worker: Worker, code: string): Promise<Answer> {
  return worker.ask(recipe(code, { endpoint: database.endpoint }))
}

async function rows(): Promise<(string | null | undefined)[]> {
  return (await database.rows('select n from t order by n')).map(([n]) => n)
}
