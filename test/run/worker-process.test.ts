/** The worker's own process: how it starts, how it is lost, and that nothing stays behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LibraryMissing, WorkerGone } from '../../harness/core/runtime.js'
import { marked } from '../../harness/run/marked-processes.js'
import { startWorker } from '../../harness/run/worker.js'
import { eventually } from '../servers/eventually.js'
import { FIXTURES, fakeClient, fakeRecipe, newestPython, recipe } from './fake-client.js'

const options = { fixtures: FIXTURES }
const linux = process.platform === 'linux'

afterEach(() => vi.unstubAllEnvs())

describe('a worker that cannot start', () => {
  it.each([
    [
      'fakes.unloadable',
      /cannot load the family fakes.unloadable .*: ImportError: libmissing.so.5: cannot open/,
    ],
    [
      'nonsense',
      /cannot load the family nonsense .*: ModuleNotFoundError: No module named 'families.nonsense'/,
    ],
    ['../etc', /there is no family '..\/etc'/],
  ])('%s: says why', async (family, reason) => {
    const starting = startWorker(fakeClient(await newestPython(), family), options)
    await expect(starting).rejects.toThrow(reason)
    await expect(starting).rejects.toBeInstanceOf(WorkerGone)
  })

  it('lacks a library: that is no fault of the client', async () => {
    const starting = startWorker(fakeClient(await newestPython(), 'fakes.bare'), options)
    await expect(starting).rejects.toThrow('there is no libmissing here; install libmissing5 and run again')
    await expect(starting).rejects.toBeInstanceOf(LibraryMissing)
  })

  it('takes too long to import', async () => {
    const client = fakeClient(await newestPython(), 'fakes.silent')
    const starting = startWorker(client, { ...options, startDeadline: 1 })
    await expect(starting).rejects.toThrow('the worker did not answer within 1 s')
  })

  it('has no Python', async () => {
    const client = { ...fakeClient(await newestPython()), environment: '/no/such/python' }
    await expect(startWorker(client, options)).rejects.toThrow(
      'the worker could not be started: spawn /no/such',
    )
  })

  it('is another program', async () => {
    const client = { ...fakeClient(await newestPython()), environment: '/bin/echo' }
    await expect(startWorker(client, options)).rejects.toThrow('the worker did not say hello but -I -B')
  })
})

it('a worker that a recipe kills is gone, with everything that the recipe started', async () => {
  const mark = 'return os.environ["PGMATRIX_WORKER"]'
  await using worker = await startWorker(fakeClient(await newestPython()), options)
  const named = await worker.ask(recipe(`import os\n${mark}`))
  await expect(worker.ask(recipe(fakeRecipe('kills_its_parent')))).rejects.toThrow(
    'the worker ended with SIGKILL',
  )
  expect(worker.alive).toBe(false)
  await expect(worker.ask(recipe('return value'))).rejects.toBeInstanceOf(WorkerGone)
  const value = 'value' in named ? (named.value.repr ?? '') : ''
  expect(value).toMatch(/^'\w{24}'$/)
  expect(marked(value.slice(1, -1))).toEqual([])
})

it('ending a worker in the middle of a recipe ends the recipe', async () => {
  const worker = await startWorker(fakeClient(await newestPython()), options)
  const hanging = worker.ask(recipe(fakeRecipe('double_forks_and_hangs'), { deadline: 60 }))
  const failure = hanging.catch((error: unknown) => error)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const started = Date.now()
  await worker[Symbol.asyncDispose]()
  expect(Date.now() - started).toBeLessThan(2_500)
  expect(await failure).toBeInstanceOf(WorkerGone)
})

it.runIf(linux)('a harness that is killed takes its workers and their recipes with it', async () => {
  const script = fileURLToPath(new URL('./fakes/holds-a-worker.mjs', import.meta.url))
  const { path } = await newestPython()
  const words = [script, path, FIXTURES, fakeRecipe('double_forks_and_hangs')]
  const harness = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [mark] = await once(createInterface({ input: harness.stdout }), 'line')
  expect(await eventually(() => marked(String(mark)).length === 4)).toBe(true)
  harness.kill('SIGKILL')
  expect(await eventually(() => marked(String(mark)).length === 0)).toBe(true)
})

it('requests are answered one at a time, in the order of asking', async () => {
  await using worker = await startWorker(fakeClient(await newestPython()), options)
  const answers = await Promise.all([1, 2, 3].map((n) => worker.ask(recipe(`return ${n}`))))
  expect(answers.map((answer) => 'value' in answer && answer.value.repr)).toEqual(['1', '2', '3'])
})

it('a recipe sees nothing of the environment of the caller', async () => {
  vi.stubEnv('PGPASSWORD', 'secret')
  vi.stubEnv('PYTHONPATH', '/somewhere')
  await using worker = await startWorker(fakeClient(await newestPython()), options)
  const answer = await worker.ask(recipe('import os\nreturn sorted(os.environ)'))
  const names = 'value' in answer ? JSON.stringify(answer.value) : ''
  expect(names).toContain('PGGSSENCMODE')
  expect(names).not.toMatch(/PGPASSWORD|PYTHONPATH|npm_|VITEST/)
})
