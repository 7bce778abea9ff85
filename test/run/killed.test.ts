/** Runs that are killed at random moments go on where they were, to the results of one that was not, and leave nothing behind. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
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
const start = (results: string) =>
  new Program([
    'run',
    '--matrix',
    matrix,
    '--results',
    results,
    '--lanes',
    '1',
    '--site',
    path.join(results, 'site'),
  ])

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
    expect(await normalised(results)).toEqual(await normalised(undisturbed))
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

/** Cells of the newest file as text, without times. */
async function normalised(results: string): Promise<string[]> {
  const newest =
    readdirSync(results)
      .filter((name) => name.endsWith('.jsonl'))
      .toSorted()
      .at(-1) ?? ''
  const { cells, complete } = await readResults(path.join(results, newest))
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
