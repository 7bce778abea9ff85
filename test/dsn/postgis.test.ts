/** PostGIS, on Debian's PostgreSQL: no other server here has it. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../commands/program.js'
import { DebianServer, UNPACKED } from './debian-postgis/server.js'
import { verdicts } from './verdicts.js'

const EXPECTED = {
  'aiopg-1.4.0': 'partial',
  'asyncpg-0.32.0': 'partial',
  'pg8000-1.31.6': 'partial',
  'pg8000_native-1.31.6': 'partial',
  'psqlpy-0.13.1': 'partial',
  'psycopg-3.3.9': 'native',
  'psycopg2-2.9.13': 'native',
  'psycopg2cffi-2.9.0': 'partial',
  'psycopg_python-3.3.9': 'native',
  // It cannot read the release of any server that Debian builds: "15.20 (Debian 15.20-0+deb12u1)".
  'py_postgresql-1.3.1': 'refused',
  'pygresql-6.2.3': 'partial',
}

// PGMATRIX_TEST_POSTGIS is what test/dsn/debian-postgis/fetch.sh prints.
describe.runIf(UNPACKED)('a server with PostGIS', () => {
  let server: DebianServer

  beforeAll(async () => (server = await DebianServer.start(UNPACKED ?? '')), 120_000)
  afterAll(() => server[Symbol.asyncDispose]())

  it('every driver stores a point and finds what lies near it', async () => {
    const ended = await run(
      [
        '--json',
        '--matrix',
        path.resolve('matrix'),
        'run',
        '--dsn',
        'debian',
        `dsn:*/{${Object.keys(EXPECTED).join()}}/ext-postgis`,
      ],
      { PGMATRIX_DSN_DEBIAN: server.address },
    )
    const found = Object.fromEntries(verdicts(ended).map(({ client, verdict }) => [client, verdict]))
    expect(found).toEqual(EXPECTED)
  }, 300_000)
})
