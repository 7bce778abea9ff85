/**
 * The obvious way with containers: for each pairing a fresh server's and a fresh client's, in that one an interpreter for each probe,
 * one after the other. Images and environments are there already. Prints as JSON the
 * verdicts, and in milliseconds how long each server took to its first login and each interpreter to its hello.
 */
import { homedir } from 'node:os'
import { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { planFor } from '../harness/commands/plan.js'
import { openMatrix } from '../harness/commands/workspace.js'
import { cellId } from '../harness/core/ids.js'
import type { Probe, Server } from '../harness/core/matrix.js'
import type { PrepareHow, ReadyClient, RunningServer } from '../harness/core/runtime.js'
import { engineAddress } from '../harness/docker/address.js'
import { connect, newDocker } from '../harness/docker/connection.js'
import { PYTHON } from '../harness/docker/environment-image.js'
import { splitFrames } from '../harness/docker/frames.js'
import { dockerRuntime } from '../harness/docker/runtime.js'
import { WORKER } from '../harness/docker/worker-image.js'
import { probeCell } from '../harness/run/cell.js'
import { Controls } from '../harness/run/controls.js'
import type { StreamedProcess } from '../harness/run/streamed-process.js'
import { greet } from '../harness/run/worker.js'
import { WORKER_ARGUMENTS, WORKER_ENVIRONMENT } from '../harness/run/worker-command.js'
import { MATRIX, MIRROR, SELECTOR } from './sample.js'

const verdicts: Record<string, string> = {}
const ready: Record<'server' | 'worker', number[]> = { server: [], worker: [] }
const plan = planFor(await openMatrix(MATRIX), [SELECTOR])
const how: PrepareHow = { onProgress: () => {}, signal: new AbortController().signal }
await using connection = await connect(await engineAddress(process.env, homedir()))
const docker = newDocker(connection.options)
await using runtime = await dockerRuntime(MIRROR === undefined ? {} : { mirror: MIRROR }, plan.matrix)
for (const { client, columns } of plan.units) {
  const [prepared] = await runtime.prepareClients([client], how)
  if (prepared?.kind !== 'ready') throw new Error(`${client.id} is not ready`)
  for (const { server, probes } of columns) await pairing(prepared, server, probes)
}
process.stdout.write(JSON.stringify({ verdicts, ready }))

async function pairing(client: ReadyClient, server: Server, probes: readonly Probe[]): Promise<void> {
  await using pool = await timed('server', () => runtime.startServers([{ server, profile: 'plain' }], how))
  const [running] = pool.servers
  if (!running) throw new Error('no server')
  const container = await startClient(client)
  try {
    for (const probe of probes) await cell(client, container, running, probe)
  } finally {
    await container.remove({ force: true })
  }
}

async function startClient({ environment }: ReadyClient): Promise<Docker.Container> {
  const filters = { label: ['pgmatrix.role=server'] }
  const [server] = await docker.listContainers({ filters })
  const [NetworkMode = 'none'] = Object.keys(server?.NetworkSettings.Networks ?? {})
  const container = await docker.createContainer({
    Image: environment,
    Entrypoint: ['sleep', '3600'],
    HostConfig: { NetworkMode },
  })
  await container.start()
  return container
}

async function cell(
  client: ReadyClient,
  container: Docker.Container,
  server: RunningServer,
  probe: Probe,
): Promise<void> {
  await using worker = await timed('worker', async () => greet(await interpreter(container), client.client))
  await using controls = new Controls(server)
  await using database = await server.openDatabase('obvious')
  const bench = { client: client.client, server, database, worker: () => Promise.resolve(worker) }
  const found = await probeCell(bench, probe, controls)
  verdicts[cellId({ server: server.server.id, client: client.client.id, probe: probe.id })] = found.verdict
}

async function interpreter(container: Docker.Container): Promise<StreamedProcess> {
  const exec = await container.exec({
    Cmd: [PYTHON, ...WORKER_ARGUMENTS, WORKER],
    Env: Object.entries(WORKER_ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  })
  const socket = await exec.start({ hijack: true, stdin: true })
  if (!(socket instanceof Duplex)) throw new Error('no stream')
  const { stdout, stderr, ended } = splitFrames(socket)
  return {
    ...{ stdin: socket, stdout, stderr },
    ended: ended.then(() => ({ how: 'ended', killed: false })),
    end: () => socket.destroy(),
    kill: async () => void socket.destroy(),
    async outOfMemory() {},
    async disturbance() {},
  }
}

async function timed<T>(what: keyof typeof ready, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const done = await work()
  ready[what].push(performance.now() - startedAt)
  return done
}
