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

const TIMES = 20
/** Milliseconds for containers to end by themselves. */
const LEASE = 30_000

describe('a harness killed with SIGKILL', () => {
  it(`at ${TIMES} moments of a run leaves no container running, and no container or network after a sweep`, async () => {
    const docker = dockerode()
    const pooled = { ...SLEEPS, more: { profile: 'pgbouncer' } }
    const probes = { 'sleeps-0': SLEEPS, 'sleeps-1': SLEEPS, 'sleeps-2': SLEEPS, pooled }
    const matrix = lockedMatrix(makeMatrix(probes))
    const words = onEngine(matrix)
    // Pulls the images, which no run does to the end that is killed before.
    await wholeRun(words)
    renewLocks(matrix)
    const whole = { built: await wholeRun(words), found: await wholeRun(words) }
    const seen = { containers: 0, networks: 0 }
    for (let time = 0; time < TIMES; time++) {
      // Every other time the environment is built as well.
      const isBuilt = time % 2 === 0
      if (isBuilt) renewLocks(matrix)
      // Somewhere in each twentieth of the time that a run takes here.
      const moment = Math.round(((time + Math.random()) / TIMES) * (isBuilt ? whole.built : whole.found))
      const program = new Program(words, engineEnvironment())
      await new Promise((resolve) => setTimeout(resolve, moment))
      program.process.kill('SIGKILL')
      await program.ended()
      const ours = ownedBy(program.process.pid)
      const left = await leftBehind(docker, ours)
      if (left.containers.length > 0) seen.containers += 1
      if (left.networks > 0) seen.networks += 1
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
    expect(seen.containers).toBeGreaterThan(TIMES / 4)
    expect(seen.networks).toBeGreaterThan(TIMES / 4)
  }, 1_800_000)
})

/** Milliseconds that it takes. */
async function wholeRun(words: readonly string[]): Promise<number> {
  const begun = performance.now()
  const { code, stderr } = await run(words, engineEnvironment())
  expect([code, stderr]).toEqual([0, expect.stringContaining('4 of 4 cells')])
  return performance.now() - begun
}

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
