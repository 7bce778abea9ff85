/** Runs that are killed at random moments go on where they were, to the results of one that was not, and leave nothing behind. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { cacheRoot } from '../../harness/cache.js'
import { cellNamed } from '../../harness/results/line.js'
import { readResults } from '../../harness/results/read.js'
import { ownerOf, RUN_FOLDER, runRoots } from '../../harness/servers/run-folder.js'
import { eventually, isAlive, Program } from '../commands/program.js'
import { makeMatrix } from './made-matrix.js'

const KILLS = 50
/** They take about as long as all that is before and after them, so that kills come at every stage. */
const PROBES = Object.fromEntries(
  Array.from({ length: 60 }, (_, n) => [
    `p${n}`,
    { code: `import time\ntime.sleep(0.03)\nreturn ${n}`, value: n },
  ]),
)
/** Milliseconds: as long as a run takes that has everything to do. */
const LONGEST = 6000

const matrix = makeMatrix(PROBES)
const folder = () => mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
const start = (results: string, environment = {}) => {
  const where = ['--matrix', matrix, '--results', results, '--site', path.join(results, 'site')]
  return new Program(['run', ...where, '--lanes', '1'], environment)
}

it('two at the same time, on one cache that is still empty and one folder of results, do not harm each other', async () => {
  const [results, cache] = [folder(), folder()]
  chmodSync(cache, 0o755)
  for (const part of ['binaries', 'tools']) symlinkSync(path.join(cacheRoot(), part), path.join(cache, part))
  const both = [start(results, { PGMATRIX_CACHE: cache }), start(results, { PGMATRIX_CACHE: cache })]
  const ended = await Promise.all(both.map((program) => program.ended()))
  expect(ended.map(({ code, stderr }) => ({ code, stderr: code === 0 ? '' : stderr }))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ])
  const [one, other] = filesIn(results)
  expect(await normalised(one)).toEqual(await normalised(other))
  expect(await normalised(one)).toHaveLength(Object.keys(PROBES).length)
}, 180_000)

it(
  `${KILLS} times`,
  async () => {
    const [results, undisturbed] = [folder(), folder()]
    expect((await start(undisturbed).ended()).code).toBe(0)
    const kills: { after: number; cells: number }[] = []
    const started = new Set<number>()
    for (let found = 0; kills.length < KILLS;) {
      const program = start(results)
      const after = Math.round(Math.random() * LONGEST)
      await Promise.race([sleep(after), program.ended()])
      for (const pid of program.descendants()) started.add(pid)
      program.process.kill('SIGKILL')
      await program.ended()
      const cells = cellsIn(results)
      kills.push({ after, cells })
      expect(cells, `what was found is lost: ${JSON.stringify(kills)}`).toBeGreaterThanOrEqual(found)
      // Once there is nothing left to do, it all begins again.
      const isAll = cells === Object.keys(PROBES).length
      if (isAll) rmSync(results, { recursive: true })
      found = isAll ? 0 : cells
    }
    const last = await start(results).ended()
    expect(last.code, `${last.stderr}\n${JSON.stringify(kills)}`).toBe(0)
    expect(await normalised(filesIn(results).at(-1))).toEqual(await normalised(filesIn(undisturbed).at(-1)))
    await eventually('all that was started has ended', () => [...started].every((pid) => !isAlive(pid)))
    execFileSync(process.execPath, [path.resolve('bin/pgmatrix.js'), 'gc'])
    expect(await foldersOf(started)).toEqual([])
  },
  15 * 60_000,
)

/** Whole lines of cells, in all files, each cell once. */
function cellsIn(results: string): number {
  const names = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith('.jsonl')) : []
  const lines = names.flatMap((name) =>
    readFileSync(path.join(results, name), 'utf8').split('\n').slice(0, -1),
  )
  const cells = lines.flatMap((line) => cellNamed(Buffer.from(line))?.id ?? [])
  return new Set(cells).size
}

function filesIn(results: string): string[] {
  const names = readdirSync(results).filter((name) => name.endsWith('.jsonl'))
  return names.toSorted().map((name) => path.join(results, name))
}

/** Cells of a file as text, without times. */
async function normalised(file = ''): Promise<string[]> {
  const { cells, complete } = await readResults(file)
  expect(complete).toBe(true)
  const timeless = (key: string, value: unknown) => (TIMES.includes(key) ? null : value)
  return cells.map((cell) => JSON.stringify(cell, timeless)).toSorted()
}

const TIMES = ['startedAt', 'ms', 'cpuMs']

/** Run folders of these processes that are still there. */
async function foldersOf(pids: ReadonlySet<number>): Promise<string[]> {
  const all = runRoots().flatMap((root) =>
    readdirSync(root)
      .filter((name) => RUN_FOLDER.test(name))
      .map((name) => path.join(root, name)),
  )
  const owners = await Promise.all(all.map(async (one) => ({ one, owner: await ownerOf(one) })))
  return owners.flatMap(({ one, owner }) => (owner && pids.has(owner.pid) ? [one] : []))
}
