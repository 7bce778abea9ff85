/** The same cells have the same verdicts wherever they run. */
import { beforeAll, describe, expect, it } from 'vitest'
import { cellId } from '../../harness/core/ids.js'
import type { Cell, Results } from '../../harness/core/result.js'
import { listResults, readResults } from '../../harness/results/read.js'
import { findPooler, poolerProblem } from '../../harness/servers/pooler.js'
import { Program } from '../commands/program.js'
import { engineEnvironment, lockedMatrix, onEngine } from './test-engine.js'

const SERVERS = '{14,16,18}'
/** The newest release of each family, two ORMs each on another driver. */
const CLIENTS = [
  'psycopg2-2.9.13',
  'psycopg-3.3.9',
  'asyncpg-0.32.0',
  'aiopg-1.4.0',
  'pg8000-1.31.6',
  'django-6.1.3+psycopg-3.3.9',
  'sqlalchemy-2.1.9+asyncpg-0.32.0',
  'peewee-4.5.3+psycopg2-2.9.13',
]
const MANY = `${SERVERS}/{${CLIENTS.join(',')}}/{type,json,tx,copy,row}-*`
/** A server and a client for each pairing take seconds. */
const FEW = `{14,18}/{${CLIENTS.slice(0, 3).join(',')}}/{json,tx}-*`

/** Behind a pooler, which is a process here and a container there. */
const POOLED = '{14,18}/{psycopg2-2.9.13,asyncpg-0.32.0}/pgbouncer-*'

/** Cells that differ because the servers were built differently, each with the reason. None is known. */
const EXPLAINED: Readonly<Record<string, string>> = {}

describe('the runtimes agree', () => {
  let matrix = ''
  let embedded: Results
  let docker: Results

  beforeAll(async () => {
    matrix = lockedMatrix()
    embedded = await finished(new Program(['--matrix', matrix, 'run', '--runtime', 'embedded', MANY]))
    docker = await finished(new Program(onEngine(matrix, MANY), engineEnvironment()))
  }, 900_000)

  it('on at least 3 servers × 8 clients × 40 probes, cell by cell', () => {
    expect(embedded.cells.length).toBeGreaterThanOrEqual(3 * 8 * 40)
    expect(docker.cells).toHaveLength(embedded.cells.length)
    expect(differences(docker.cells, embedded.cells)).toEqual([])
  })

  it('and the results say what they came from', () => {
    expect([embedded.header.runtime, docker.header.runtime]).toEqual(['embedded', 'docker'])
    expect(docker.header.servers.map(({ build }) => build)).toEqual([
      expect.stringMatching(/^postgres:14\.\d+-\w+@sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^postgres:16\.\d+-\w+@sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^postgres:18\.\d+-\w+@sha256:[0-9a-f]{64}$/),
    ])
    expect(embedded.header.servers.map(({ build }) => build)).toEqual([
      expect.stringContaining('@14.'),
      expect.stringContaining('@16.'),
      expect.stringContaining('@18.'),
    ])
  })

  it.each(['embedded', 'docker'] as const)(
    'and so does a server and a worker of its own for each pairing: %s',
    async (runtime) => {
      const words =
        runtime === 'docker'
          ? onEngine(matrix, '--isolate', 'pairing', FEW)
          : ['--matrix', matrix, 'run', '--runtime', 'embedded', '--isolate', 'pairing', FEW]
      const { cells, header } = await finished(new Program(words, engineEnvironment()))
      expect(cells.length).toBeGreaterThan(80)
      expect(differences(cells, embedded.cells)).toEqual([])
      expect(header.servers.map(({ versionNum }) => versionNum)).toEqual([
        expect.any(Number),
        expect.any(Number),
      ])
    },
    300_000,
  )
})

describe.runIf(hasPoolers(process.env))('the runtimes agree behind PgBouncer', () => {
  it('cell by cell, and say which it was', async () => {
    const matrix = lockedMatrix()
    const embedded = await finished(new Program(['--matrix', matrix, 'run', '--runtime', 'embedded', POOLED]))
    const docker = await finished(new Program(onEngine(matrix, POOLED), engineEnvironment()))
    expect(docker.cells).toHaveLength(2 * 2 * 3)
    expect(docker.cells.filter(({ verdict }) => verdict === 'native').length).toBeGreaterThan(6)
    expect(differences(docker.cells, embedded.cells)).toEqual([])
    const image = /^postgres:.*, PgBouncer [\d.]+ of edoburu\/pgbouncer:[\w.-]+@sha256:[0-9a-f]{64}$/
    expect(docker.header.servers.map(({ build }) => build)).toEqual(
      [14, 18].map(() => expect.stringMatching(image)),
    )
  }, 300_000)
})

/** Whether this machine has one that is fit for all profiles. */
function hasPoolers(env: NodeJS.ProcessEnv): boolean {
  const binary = findPooler(env)
  return binary !== undefined && poolerProblem('pgbouncer-tracking', binary) === undefined
}

async function finished(program: Program): Promise<Results> {
  const { code, stdout, stderr } = await program.ended()
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}${stdout}`)
  const [file = ''] = await listResults(`${program.folder}/results`)
  return readResults(file)
}

function differences(cells: readonly Cell[], others: readonly Cell[]): string[] {
  const verdicts = new Map(others.map((cell) => [cellId(cell), cell]))
  return cells.flatMap((cell) => {
    const id = cellId(cell)
    const other = verdicts.get(id)
    if (other?.verdict === cell.verdict || id in EXPLAINED) return []
    return [`${id}: ${cell.verdict} (${cell.reason}), but ${other?.verdict} (${other?.reason})`]
  })
}
