import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EnvironmentError } from '../../harness/core/runtime.js'
import { startServers, type ServerPool } from '../../harness/servers/pool.js'
import { Session } from '../../harness/servers/session.js'
import { postmasterOf } from './holder.js'
import { matrixServers, plainServers, profiled } from './servers.js'

const IDS = ['10', '18']
let pool: ServerPool

beforeAll(async () => {
  pool = await startServers(plainServers(...IDS))
})
afterAll(() => pool[Symbol.asyncDispose]())

describe.each(IDS.map((id, index) => [id, index] as const))('PostgreSQL %s', (id, index) => {
  const server = () => {
    const found = pool.servers[index]
    if (!found) throw new Error(`server ${id} is missing`)
    return found
  }
  /** What a client sees that connects as the worker does. */
  const asClient = async (sql: string) => {
    await using database = await server().openDatabase('client_view')
    await using session = await Session.open(database.endpoint)
    return await session.rows(sql)
  }

  it('is the release that the matrix names, and says so to clients', async () => {
    const version = matrixServers(id)[0]?.version ?? ''
    const [row] = await asClient(
      "select current_setting('server_version'), current_setting('server_version_num')",
    )
    expect(row?.[0]).toMatch(new RegExp(`^${version.replace('.', '\\.')}(?!\\d)`))
    expect(row?.[1]).toBe(String(server().versionNum))
  })

  it('tells its run id to clients', async () => {
    expect(server().runId).toMatch(/^[0-9a-f]{24}$/)
    expect(await asClient("select current_setting('pgmatrix.run_id')")).toEqual([[server().runId]])
  })

  it('gives clients a role without privileges that owns its database', async () => {
    const sql = `select r.rolname, r.rolsuper, r.rolcreaterole, r.rolreplication, d.datdba = r.oid
      from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()`
    expect(await asClient(sql)).toEqual([['probe', 'f', 'f', 'f', 't']])
  })

  it('listens on a Unix socket alone, in a folder that is closed to others', async () => {
    expect(await asClient('show listen_addresses')).toEqual([['']])
    const { host, port } = (await server().openDatabase('where')).endpoint
    expect(join(host, `.s.PGSQL.${port}`).length).toBeLessThan(100)
    expect((await stat(pool.folder)).mode & 0o777).toBe(0o700)
    expect((await stat(host)).mode & 0o777).toBe(0o700)
  })

  it.runIf(process.platform === 'linux')('never runs as root', async () => {
    const status = await readFile(`/proc/${await postmasterOf(pool.folder, id)}/status`, 'utf8')
    const uids = /^Uid:\s+(.*)$/m.exec(status)?.[1]?.split('\t').map(Number) ?? []
    expect(uids).toHaveLength(4)
    expect(uids).not.toContain(0)
    expect(/^Groups:\s*(.*)$/m.exec(status)?.[1]?.split(' ')).not.toContain('0')
  })

  it('replaces a database of the same name', async () => {
    const first = await server().openDatabase('again')
    await first.rows('create table leftover ()')
    const second = await server().openDatabase('again')
    expect(await second.rows("select to_regclass('leftover')")).toEqual([[null]])
    await second[Symbol.asyncDispose]()
  })
})

it('gives each server a run id of its own', () => {
  expect(new Set(pool.servers.map((server) => server.runId)).size).toBe(IDS.length)
})

it('refuses binaries of another release than the matrix names, and leaves nothing running', async () => {
  const wrong = matrixServers('18').map((server) => ({ ...server, version: '18.99' }))
  await expect(startServers(profiled(wrong))).rejects.toThrow(EnvironmentError)
  await expect(startServers(profiled(wrong))).rejects.toThrow(/the matrix says 18\.99, .* answers as 18\.\d+/)
})

it('refuses a platform without binaries, with the platforms that have them', async () => {
  const bare = matrixServers('18').map((server) => ({ ...server, binaries: {} }))
  await expect(startServers(profiled(bare))).rejects.toThrow(/no binaries of PostgreSQL 18/)
})
