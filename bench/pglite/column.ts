/** One client over all probes on PGlite, on a server of its own, and on a new one whenever that has gone. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Cell } from '../../harness/core/result.js'
import { listResults, readResults } from '../../harness/results/read.js'
import { PGliteServer } from './server.js'
import type { Column, Seen } from './record.js'

/** How ServerGone begins: see harness/dsn/server.ts. */
const GONE = /^The server dsn:pglite has not answered/
/** Of one client; what is left then stays not-run. */
const SERVERS = 4

export interface Asked {
  readonly id: string
  readonly group: string
}

export async function pgliteColumn(
  matrix: string,
  client: string,
  probes: readonly Asked[],
): Promise<Column> {
  const seen = new Map<string, Seen>()
  const losses: string[] = []
  let [version, left] = ['', [...probes]]
  for (let servers = 0; left.length > 0 && servers < SERVERS; servers++) {
    await using server = await PGliteServer.start()
    const selector = `dsn:pglite/${client}/{${left.map(({ id }) => id).join(',')},}`
    const ran = await runCells([...words(matrix), '--dsn', 'pglite', selector], server.address)
    version = ran.version || version
    const reached = ran.cells.filter(({ reason }) => !GONE.test(reason))
    for (const cell of reached) seen.set(cell.probe, cell)
    const missed = ran.cells.filter(({ reason }) => GONE.test(reason)).map(({ probe }) => probe)
    const first = left.find(({ id }) => id === missed[0])
    if (first) losses.push(first.id)
    left = left.filter(({ id, group }) => missed.includes(id) && group !== first?.group)
  }
  const lost = probes.filter(({ id }) => losses.includes(id)).map(({ group }) => group)
  const all = probes.map(({ id, group }) => seen.get(id) ?? unseen(id, lost.includes(group)))
  return { client, version, losses, seen: all }
}

function unseen(probe: string, lost: boolean): Seen {
  if (lost) return { probe, verdict: 'lost', reason: 'the server has not answered any more' }
  return { probe, verdict: 'not-run', reason: `${SERVERS} servers have stopped answering before` }
}

interface Ran {
  /** Of PostgreSQL. */
  readonly version: string
  readonly cells: readonly Cell[]
}

/** @throws Error where nothing was recorded */
export async function runCells(command: readonly string[], address = ''): Promise<Ran> {
  const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-pglite-'))
  const program = path.resolve('bin/pgmatrix.js')
  const child = spawn(process.execPath, [program, '--json', ...command, '--results', results], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PGMATRIX_DSN_PGLITE: address },
  })
  await once(child, 'exit')
  const [file] = await listResults(results)
  if (file === undefined) throw new Error(`${command.join(' ')} recorded nothing`)
  return readRun(file)
}

export async function readRun(file: string): Promise<Ran> {
  const { header, cells } = await readResults(file)
  return { version: header.servers.map(({ version }) => version).join(', '), cells }
}

export function words(matrix: string): string[] {
  return ['--matrix', matrix, 'run']
}
