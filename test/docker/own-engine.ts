/** What the tests of builders ask of the engine beyond what the harness does. */
import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { dockerode, engineEnvironment } from './test-engine.js'

export const own = dockerode()

export interface OwnNetwork extends AsyncDisposable {
  readonly id: string
  /** This machine's address in it. */
  readonly gateway: string
}

export async function ownNetwork(): Promise<OwnNetwork> {
  const network = await own.createNetwork({
    Name: `pgmatrix-test-${randomBytes(6).toString('hex')}`,
    Labels: { 'pgmatrix-test': 'builder' },
  })
  const seen: Docker.NetworkInspectInfo = await network.inspect()
  const gateway = seen.IPAM?.Config?.[0]?.Gateway
  if (!gateway) throw new Error('the network has no gateway')
  return {
    id: network.id,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await network.remove()
    },
  }
}

/** Latest first, since images stand on one another. */
export async function removeImages(ids: readonly string[]): Promise<void> {
  for (const id of new Set(ids.toReversed())) await own.getImage(id).remove({ force: true })
}

/** Runs a program with an image's environment as worker containers do: a stranger's account, nothing writable. */
export async function runIn(image: string, program: string, ...more: readonly string[]): Promise<string> {
  const words = [
    'run',
    '--rm',
    '--read-only',
    '--network',
    'none',
    '--user',
    '10001:10001',
    '--cap-drop',
    'ALL',
  ]
  const python = ['/opt/pgmatrix/environment/bin/python', '-I', '-B', '-c', program]
  const { stdout } = await promisify(execFile)('docker', [...words, ...more, image, ...python], {
    env: { ...process.env, ...engineEnvironment() },
  })
  return stdout
}

/** Ids of the containers of a run. */
export async function containersOf(run: string): Promise<readonly string[]> {
  const filters = { label: [`pgmatrix.run=${run}`] }
  return (await own.listContainers({ all: true, filters })).map(({ Id }) => Id)
}
