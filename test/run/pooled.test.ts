/** Runs on servers behind a real PgBouncer, with a real psycopg2. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../harness/commands/run.js'
import type { Header } from '../../harness/core/result.js'
import { readResults } from '../../harness/results/read.js'
import { findPooler, poolerProblem } from '../../harness/servers/pooler.js'
import { CLIENT, EMBEDDED, makeMatrix } from './made-matrix.js'

const POOLED = ['18+pgbouncer', '18+pgbouncer-tracking']
const PROBES = {
  // Two transactions, and what the first one leaves in its session.
  'a-setting': {
    code: 'cur.execute("set search_path = nowhere")\nconn.commit()\ncur.execute("show search_path")\nreturn cur.fetchone()[0]\n',
    value: 'nowhere',
  },
  'b-no-setting': {
    code: 'cur.execute("show search_path")\nreturn cur.fetchone()[0]\n',
    value: '"$user", public',
  },
  'c-one-transaction': {
    code: 'cur.execute("create temp table t () on commit drop")\ncur.execute("select count(*) from t")\nreturn cur.fetchone()[0]\n',
    value: 0,
  },
}

async function runPooled(servers: readonly string[]) {
  const matrix = makeMatrix(PROBES, servers)
  const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
  const signal = new AbortController().signal
  const { file } = await runCommand({
    patterns: [],
    matrix,
    results,
    lanes: 2,
    emit: () => {},
    signal,
    ...EMBEDDED,
  })
  return readResults(file)
}

const problem = poolerProblem('pgbouncer-tracking', findPooler(process.env))

describe.skipIf(problem)(`with PgBouncer${problem ? ` (${problem})` : ''}`, () => {
  it('what outlives a transaction on the server does not behind it, and nothing of it meets the next recipe', async () => {
    const { cells, header } = await runPooled(['18', ...POOLED])
    const verdicts = (server: string) =>
      Object.fromEntries(
        cells.filter((cell) => cell.server === server).map(({ probe, verdict }) => [probe, verdict]),
      )
    expect(verdicts('18')).toEqual({
      'a-setting': 'native',
      'b-no-setting': 'native',
      'c-one-transaction': 'native',
    })
    for (const server of POOLED)
      expect(verdicts(server)).toEqual({
        'a-setting': 'broken',
        'b-no-setting': 'native',
        'c-one-transaction': 'native',
      })
    expect(header.servers.map(named)).toEqual([
      ['18', null, false],
      ['18+pgbouncer', 'pgbouncer', true],
      ['18+pgbouncer-tracking', 'pgbouncer-tracking', true],
    ])
  })
})

function named({ id, pooler, build }: Header['servers'][number]) {
  return [id, pooler, / PgBouncer \d/.test(build ?? '')]
}

it('without PgBouncer its cells say so, and the others run', async () => {
  vi.stubEnv('PGMATRIX_PGBOUNCER', '/nowhere/pgbouncer')
  try {
    const { cells, complete } = await runPooled(['18', '18+pgbouncer'])
    expect(complete).toBe(true)
    expect(cells.filter(({ server }) => server === '18').map(({ verdict }) => verdict)).toEqual([
      'native',
      'native',
      'native',
    ])
    for (const cell of cells.filter(({ server }) => server === '18+pgbouncer'))
      expect(cell).toMatchObject({
        client: CLIENT,
        verdict: 'not-run',
        reason: expect.stringMatching(/there is no PgBouncer/),
      })
    expect(cells).toHaveLength(6)
  } finally {
    vi.unstubAllEnvs()
  }
})
