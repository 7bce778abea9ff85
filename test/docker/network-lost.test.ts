/** A container that loses its network in the middle of a run: no cell may take that for the doing of a client. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { z } from 'zod'
import { eventually, Program, run } from '../commands/program.js'
import { CLIENT, makeMatrix } from '../run/made-matrix.js'
import { dockerode, engineEnvironment, lockedMatrix, onEngine, ownedBy } from './test-engine.js'

const PROBES = Array.from({ length: 16 }, (_, index) => `sleeps-${index}`)
/** Long enough for the network to go away under it; then the server is needed once more. */
const SLOW = { code: 'import time\n\ntime.sleep(0.8)\ncur.execute("select 1")\nreturn value\n' }
const cellSchema = z.object({ kind: z.literal('cell'), verdict: z.string(), reason: z.string() })

describe('a container without its network', () => {
  const matrix = lockedMatrix(makeMatrix(Object.fromEntries(PROBES.map((id) => [id, SLOW])), ['17', '18']))
  const words = onEngine(matrix)
  const docker = dockerode()

  beforeAll(async () => {
    // Pulls and installs, so that the tests only run.
    const { code, stderr } = await run([...words, `18/${CLIENT}/${PROBES[0]}`], engineEnvironment())
    if (code !== 0) throw new Error(stderr)
  })

  it.each(['server', 'worker', 'relay'])(
    'that of a %s: the run goes on and finds what is true',
    async (role) => {
      const program = new Program(words, engineEnvironment())
      onTestFailed(() => console.error(program.stderr, cells(program)))
      await eventually('the run has begun', () => existsSync(path.join(program.folder, 'results')))
      await eventually('some cells are done', () => cells(program).length > 3)
      expect(await disconnectOne(role, program.process.pid)).toBe(true)
      const { code } = await program.ended()
      const otherwise = cells(program).filter(({ verdict }) => verdict !== 'native')
      expect({ code, otherwise }).toEqual({ code: 0, otherwise: [] })
      expect(cells(program)).toHaveLength(2 * PROBES.length)
    },
  )

  /** As `docker network disconnect --force` does. False where there is no such container. */
  async function disconnectOne(role: string, pid: number | undefined): Promise<boolean> {
    const isOurs = ownedBy(pid)
    const running = await docker.listContainers({ filters: { label: [`pgmatrix.role=${role}`] } })
    const one = running.find(({ Labels }) => isOurs(Labels))
    const [network] = Object.values(one?.NetworkSettings.Networks ?? {})
    if (!one || !network) return false
    await docker.getNetwork(network.NetworkID).disconnect({ Container: one.Id, Force: true })
    return true
  }
})

function cells(program: Program): readonly z.infer<typeof cellSchema>[] {
  return program.lines().flatMap((line) => cellSchema.safeParse(line).data ?? [])
}
