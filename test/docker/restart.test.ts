/** An engine that goes away in the middle of a run: each cell in flight is run again, or the run ends and says why. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { z } from 'zod'
import { eventually, Program, run } from '../commands/program.js'
import { CLIENT, makeMatrix } from '../run/made-matrix.js'
import { DaemonThatComesAndGoes } from './fakes/daemon-that-comes-and-goes.js'
import { lockedMatrix, onEngine } from './test-engine.js'

const SERVERS = ['17', '18']
const PROBES = Array.from({ length: 14 }, (_, index) => `sleeps-${index}`)
/** Long enough for an engine to go away under it. */
const SLOW = { code: 'import time\n\ntime.sleep(1.2)\nreturn value\n' }
const cellSchema = z.object({ kind: z.literal('cell'), verdict: z.string() })
const CELLS = SERVERS.length * PROBES.length

describe('an engine that goes away in mid-run', () => {
  const matrix = lockedMatrix(makeMatrix(Object.fromEntries(PROBES.map((id) => [id, SLOW])), SERVERS))
  const words = onEngine(matrix)
  let daemon: DaemonThatComesAndGoes

  beforeAll(async () => {
    daemon = await DaemonThatComesAndGoes.start()
    // Pulls and installs, so that the tests only run.
    const { code, stderr } = await run([...words, `18/${CLIENT}/${PROBES[0]}`], daemon.environment)
    if (code !== 0) throw new Error(stderr)
  })

  afterAll(() => daemon[Symbol.asyncDispose]())

  /** A run that has some cells behind it, and many before it. */
  async function midRun(): Promise<Program> {
    const program = new Program(words, daemon.environment)
    await eventually('the run has begun', () => existsSync(path.join(program.folder, 'results')))
    await eventually('some cells are done', () => cells(program).length > 3)
    return program
  }

  /**
   * What is left after sweeping. What a silent engine was asked last it does once it is awake, perhaps after the first sweep; and what
   * it is just removing is not gone at once.
   */
  async function sweep(): Promise<readonly string[]> {
    for (let times = 10; ; times--) {
      const { code, stdout } = await run(['gc'], daemon.environment)
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(daemon.host) })
      const left = await daemon.left()
      if (left.length === 0 || times === 0) return left
      await pause(2000)
    }
  }

  const away = {
    'is killed and started again': ['SIGKILL'],
    'is stopped in order and started again': ['SIGTERM'],
    'is killed and started again, twice': ['SIGKILL', 'SIGKILL'],
  } satisfies Record<string, NodeJS.Signals[]>

  it.each(Object.entries(away))('%s: the run goes on and finds what is true', async (_, signals) => {
    const program = await midRun()
    onTestFailed(() => console.error(program.stderr))
    for (const [index, signal] of signals.entries()) {
      // Again, while a cell that was lost before has its server alone.
      if (index > 0) await daemon.runs('worker')
      await pause(700)
      await daemon.signal(signal)
      await pause(2000)
      await daemon.start()
    }
    const { code, stderr } = await program.ended()
    const kinds = program.lines().map(({ kind }) => kind)
    expect({ code, last: kinds.at(-1) }).toEqual({ code: 0, last: 'footer' })
    expect(verdicts(program)).toEqual({ native: CELLS })
    expect(stderr).toContain('the cells in flight run again, alone')
    expect(await sweep()).toEqual([])
  })

  const gone = {
    'is stopped in order for good': ['SIGTERM', 75],
    'says nothing any more': ['SIGSTOP', 180],
  } satisfies Record<string, [NodeJS.Signals, number]>

  it.each(Object.entries(gone))('%s: the run ends in time, and says why', async (_, [signal, seconds]) => {
    const program = await midRun()
    onTestFailed(() => console.error(program.stderr))
    const begun = performance.now()
    const stopped = daemon.signal(signal)
    const { code, stderr } = await program.ended()
    const took = (performance.now() - begun) / 1000
    await stopped
    if (signal === 'SIGSTOP') await daemon.signal('SIGCONT')
    else await daemon.start()
    expect(code).toBe(3)
    expect(stderr.trim().split('\n').at(-1)).toContain(`The Docker engine at ${daemon.host}`)
    expect(took).toBeLessThan(seconds)
    expect(program.lines().map(({ kind }) => kind)).not.toContain('footer')
    expect(Object.keys(verdicts(program))).toEqual(['native'])
    expect(await sweep()).toEqual([])
  })
})

function cells(program: Program): readonly { verdict: string }[] {
  return program.lines().flatMap((line) => cellSchema.safeParse(line).data ?? [])
}

function verdicts(program: Program): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { verdict } of cells(program)) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}
