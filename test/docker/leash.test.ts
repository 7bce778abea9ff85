/** A harness that is killed leaves nothing on the engine, whatever it was doing. That no container has a volume is tested in containers.test.ts. */
import { constants, homedir } from 'node:os'
import type Docker from 'dockerode'
import { describe, expect, it } from 'vitest'
import { engineAddress } from '../../harness/docker/address.js'
import { openEngine } from '../../harness/docker/engine.js'
import { Program, run } from '../commands/program.js'
import { SLEEPS } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { IMAGE_ID } from './python-image.js'
import {
  dockerode,
  engineEnvironment,
  lockedMatrix,
  onEngine,
  ownedBy,
  renewLocks,
  type IsOurs,
} from './test-engine.js'

describe('a container', () => {
  it('ends when its time is over, though its input is still open', async () => {
    await using engine = await openEngine(await engineAddress(engineEnvironment(), homedir()), {
      lifetime: 2,
    })
    const limits = { user: '10001:10001', network: null, memory: 64 * 2 ** 20, pids: 8, tmpfs: {}, env: {} }
    const what = { role: 'worker', purpose: 'a test', image: IMAGE_ID, command: ['cat'] } as const
    await using container = await engine.start({ ...what, ...limits })
    container.stdout.resume()
    expect(await container.fate).toEqual({ kind: 'exited', code: 128 + constants.signals.SIGKILL })
  })
})

/** Milliseconds: from the engine's first word to the last cell of a run takes about three seconds. */
const LONGEST = 4000
const TIMES = 20
/** Milliseconds for containers to end by themselves. */
const LEASE = 30_000

describe('a harness killed with SIGKILL', () => {
  it(`at ${TIMES} random moments leaves no container running, and no container or network after a sweep`, async () => {
    const docker = dockerode()
    const probes = Object.fromEntries([0, 1, 2, 3].map((index) => [`sleeps-${index}`, SLEEPS]))
    const matrix = lockedMatrix(makeMatrix(probes, ['17', '18']))
    const words = onEngine(matrix)
    const seen = { containers: 0, networks: 0 }
    for (let time = 0; time < TIMES; time++) {
      // Every other time the environment is built as well.
      if (time % 2 === 0) renewLocks(matrix)
      const moment = Math.round(Math.random() * LONGEST)
      const program = new Program(words, engineEnvironment())
      await new Promise((resolve) => setTimeout(resolve, moment))
      program.process.kill('SIGKILL')
      await program.ended()
      const ours = ownedBy(program.process.pid)
      const left = await leftBehind(docker, ours)
      seen.containers += left.containers.length
      seen.networks += left.networks
      const ended = await eventuallyIdle(docker, ours)
      expect(ended, `killed after ${moment} ms, these still run`).toEqual([])
      const { code, stderr } = await run(['gc'], engineEnvironment())
      expect(stderr).toBe('')
      expect(code).toBe(0)
      expect(await leftBehind(docker, ours), `killed after ${moment} ms`).toEqual({
        containers: [],
        networks: 0,
      })
    }
    // Otherwise nothing was tested.
    expect(seen.containers).toBeGreaterThan(TIMES / 2)
    expect(seen.networks).toBeGreaterThan(TIMES / 4)
  }, 400_000)
})

async function leftBehind(docker: Docker, ours: IsOurs) {
  const containers = await docker.listContainers({ all: true })
  const networks = await docker.listNetworks()
  return {
    containers: containers
      .filter((container) => ours(container.Labels))
      .map(({ Labels, State }) => `${Labels['pgmatrix.role']} ${State}`),
    networks: networks.filter((network) => ours(network.Labels)).length,
  }
}

async function eventuallyIdle(docker: Docker, ours: IsOurs): Promise<string[]> {
  const until = Date.now() + LEASE
  for (;;) {
    const running = (await docker.listContainers()).filter((container) => ours(container.Labels))
    if (running.length === 0 || Date.now() > until) return running.map(({ Labels }) => JSON.stringify(Labels))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
