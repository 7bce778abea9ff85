/** Ctrl-C, SIGTERM, a closed terminal and SIGKILL: finished cells are kept, and nothing of a run stays behind. */
import { describe, expect, it } from 'vitest'
import { SLEEPS } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { eventually, isAlive, Program } from './program.js'

const PROBES = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`sleeps-${index}`, SLEEPS]))

const cellsOf = (program: Program) => program.lines().filter(({ kind }) => kind === 'cell')

async function started(): Promise<Program> {
  const program = new Program(['--matrix', makeMatrix(PROBES), 'run', '--lanes', '1'])
  await eventually(
    'two cells are done',
    () => program.stderr.includes('starting') && safely(() => cellsOf(program).length >= 2),
  )
  return program
}

function safely(holds: () => boolean): boolean {
  try {
    return holds()
  } catch {
    return false
  }
}

async function gone(program: Program, pids: readonly number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(3)
  await eventually(`${pids.join(' ')} are gone`, () => !pids.some(isAlive))
  expect(program.descendants()).toEqual([])
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const)('%s', (signal, code) => {
  it(`ends in order with exit code ${code}`, async () => {
    const program = await started()
    const pids = program.descendants()
    program.process.kill(signal)
    expect(await program.ended()).toMatchObject({ code, stderr: expect.stringContaining('stopping') })
    const lines = program.lines()
    expect(lines.filter(({ kind }) => kind === 'cell').length).toBeGreaterThanOrEqual(2)
    expect(lines.some(({ kind }) => kind === 'footer')).toBe(false)
    expect(program.stdout).toMatch(/\d+ of 40 cells/)
    await gone(program, pids)
  })
})

it('a second Ctrl-C stops at once, and still nothing stays behind', async () => {
  const program = await started()
  const pids = program.descendants()
  program.process.kill('SIGINT')
  await eventually('the first was heard', () => program.stderr.includes('stopping'))
  program.process.kill('SIGINT')
  expect((await program.ended()).code).toBe(130)
  expect(cellsOf(program).length).toBeGreaterThanOrEqual(2)
  await gone(program, pids)
})

it('SIGKILL leaves whole lines and no process', async () => {
  const program = await started()
  const pids = program.descendants()
  program.process.kill('SIGKILL')
  await program.ended()
  expect(cellsOf(program).length).toBeGreaterThanOrEqual(2)
  await gone(program, pids)
})
