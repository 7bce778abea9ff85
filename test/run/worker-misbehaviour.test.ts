/** Recipes that hang, crash, flood and lie: each costs its own cell, nothing else, and leaves no process. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../../harness/core/protocol.js'
import type { Worker } from '../../harness/core/runtime.js'
import { startWorker } from '../../harness/run/worker.js'
import { FIXTURES, fakeClient, fakeRecipe, newestPython, recipe } from './fake-client.js'

const MEMORY = 512 * 1024 ** 2

let worker: Worker
beforeAll(async () => {
  worker = await startWorker(fakeClient(await newestPython()), { fixtures: FIXTURES, memory: MEMORY })
})
afterAll(() => worker[Symbol.asyncDispose]())

const TABLE = [
  ['hangs', 'timeout'],
  ['spins_in_c', 'timeout'],
  ['ignores_sigterm', 'timeout'],
  ['stops_itself', 'timeout'],
  ['double_forks', 'returned'],
  ['double_forks_and_hangs', 'timeout'],
  ['runs_away', 'returned'],
  ['starts_another_program', 'returned'],
  ['forks_and_returns', 'returned'],
  ['leaves_a_thread', 'returned'],
  ['exits', 'died: exit code 7'],
  ['exits_as_if_well', 'died: exit code 0'],
  ['segfaults', 'died: SIGSEGV'],
  ['allocates', 'died: SIGKILL'],
  ['prints_100_mb', 'returned'],
  ['prints_an_answer', 'raised: ValueError the truth'],
  ['answers_everywhere', 'died: exit code 0'],
  ['closes_descriptors', 'died: exit code 70'],
  ['closes_descriptors_and_hangs', 'timeout'],
] as const

describe.each(TABLE)('a recipe that %s', (name, expected) => {
  it(`ends as ${expected}, the next one is answered, and no process is left`, async () => {
    const deadline = expected === 'timeout' ? 1 : 20
    const started = Date.now()
    expect(brief(await worker.ask(recipe(fakeRecipe(name), { deadline })))).toBe(expected)
    expect(Date.now() - started).toBeLessThan((deadline + 4) * 1000)
    expect(leftovers(process.pid)).toEqual([])
    expect(brief(await worker.ask(recipe('return value')))).toBe('returned')
  })
})

it('every fake recipe is in the table above or in worker-process.test.ts', () => {
  const names = readdirSync(`${FIXTURES}/fakes/recipes`).map((file) => file.replace(/\.py$/, ''))
  const tested = [...TABLE.map(([name]) => name), 'kills_its_parent']
  expect(names.toSorted()).toEqual(tested.toSorted())
})

it('keeps the beginning of what was printed, and says how much it was', async () => {
  const answer = await worker.ask(recipe(fakeRecipe('prints_100_mb'), { deadline: 20 }))
  const output = 'output' in answer ? answer.output : ''
  expect(output.length).toBeLessThanOrEqual(4000)
  expect(output).toMatch(/^x{3900}/)
  expect(output).toMatch(/… \(100000\d+ bytes printed\)$/)
})

it.each([
  ['segfaults', 'line 12 in recipe'],
  ['allocates', 'out of memory: a recipe has 512 MB'],
])('what a recipe that %s leaves as evidence contains "%s"', async (name, evidence) => {
  const answer = await worker.ask(recipe(fakeRecipe(name)))
  expect('output' in answer ? answer.output : '').toContain(evidence)
  expect('output' in answer ? answer.output : '').not.toContain('File "/')
})

function brief(answer: Answer): string {
  if (answer.outcome === 'died') return `died: ${answer.signal ?? `exit code ${answer.exitCode}`}`
  if (answer.outcome === 'raised') return `raised: ${answer.error.type} ${answer.error.message}`
  return answer.outcome
}

/** Children of the workers that this process has; Linux only. */
function leftovers(pid: number): number[] {
  const all = process.platform === 'linux' ? parents() : []
  const workers = all.filter(([, parent, command]) => parent === pid && command.includes('worker.py'))
  return workers.flatMap(([worker]) => all.flatMap(([child, parent]) => (parent === worker ? [child] : [])))
}

function parents(): [pid: number, parent: number, command: string][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return [[Number(name), parent, readFileSync(`/proc/${name}/cmdline`, 'utf8')]]
      } catch {
        return []
      }
    })
}
