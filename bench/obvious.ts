/**
 * The obvious way: for each pairing a fresh server and a fresh environment, for each probe a fresh interpreter, one after the other.
 * Servers are started from the same cached binaries, and pip has the wheels in its cache: only the order of things differs.
 * Prints the verdicts as JSON.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { prepareClients } from '../harness/clients/environment.js'
import { findInterpreters } from '../harness/clients/interpreters.js'
import { openMatrix } from '../harness/commands/workspace.js'
import { planFor } from '../harness/commands/plan.js'
import { cellId } from '../harness/core/ids.js'
import type { Probe, Server } from '../harness/core/matrix.js'
import type { ReadyClient, RunningServer } from '../harness/core/runtime.js'
import { PACKAGE } from '../harness/package.js'
import { probeCell } from '../harness/run/cell.js'
import { Controls } from '../harness/run/controls.js'
import { startWorker } from '../harness/run/worker.js'
import { startServers } from '../harness/servers/pool.js'
import { SELECTOR } from './sample.js'

const run = promisify(execFile)
const fixtures = path.join(PACKAGE, 'python-fixtures')
const verdicts: Record<string, string> = {}

const plan = planFor(await openMatrix(undefined), [SELECTOR])
for (const { client, columns } of plan.units) {
  const [prepared] = await prepareClients([client])
  if (prepared?.kind !== 'ready') throw new Error(`${client.id} is not ready`)
  for (const { server, probes } of columns) await pairing(prepared, server, probes)
}
process.stdout.write(JSON.stringify(verdicts))

async function pairing(prepared: ReadyClient, server: Server, probes: readonly Probe[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgmatrix-bench-'))
  try {
    const environment = await freshEnvironment(prepared, folder)
    await using pool = await startServers([{ server, profile: 'plain' }])
    const [running] = pool.servers
    if (!running) throw new Error('no server')
    for (const probe of probes) await cell({ ...prepared, environment }, running, probe)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Its python. */
async function freshEnvironment({ client, python: version }: ReadyClient, folder: string): Promise<string> {
  const python = path.join(folder, 'bin', 'python')
  const interpreter = (await findInterpreters()).find((found) => found.version === version)
  if (!interpreter) throw new Error(`Python ${version} is gone`)
  await run(interpreter.path, ['-m', 'venv', folder])
  const requirements = path.join(folder, 'requirements.txt')
  await writeFile(requirements, client.lock ?? client.install.join('\n'))
  await run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '-r', requirements])
  return python
}

async function cell(client: ReadyClient, server: RunningServer, probe: Probe): Promise<void> {
  await using worker = await startWorker(client, { fixtures })
  await using controls = new Controls(server)
  await using database = await server.openDatabase('obvious')
  const bench = { client: client.client, server, database, worker: () => Promise.resolve(worker) }
  const found = await probeCell(bench, probe, controls)
  verdicts[cellId({ server: server.server.id, client: client.client.id, probe: probe.id })] = found.verdict
}
