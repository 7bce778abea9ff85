/**
 * `npm run bench:unchanged`: how long a run of the whole matrix takes in which nothing has changed. The results that it finds are made
 * (see whole-matrix.ts) and say of each cell that what decides it is what decides it now; the run and its site are the program's own.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openMatrix } from '../harness/commands/workspace.js'
import { makePlan } from '../harness/core/plan.js'
import { PACKAGE } from '../harness/package.js'
import { resultsName } from '../harness/results/write.js'
import { decide } from '../harness/run/decide.js'
import { openRuntime } from '../harness/runtime/open.js'
import { measure } from './measure.js'
import { resultsOf, writeResults } from './whole-matrix.js'

const RUNS = 3

const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bench-unchanged-'))
try {
  const results = path.join(folder, 'results')
  mkdirSync(results)
  const cells = await writeUnchanged(results)
  const site = path.join(folder, 'site')
  const words = [path.join(PACKAGE, 'bin', 'pgmatrix.js'), 'run', '--quiet', '--runtime', 'embedded']
  const run = () => measure([...words, '--results', results, '--site', site])
  say(`${cells.toLocaleString('en-US')} cells; the first run writes the site`)
  for (let count = 0; count <= RUNS; count++) {
    const { seconds, cpuSeconds, peakMegabytes } = await run()
    say(`${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU, ${peakMegabytes.toFixed(0)} MB`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

async function writeUnchanged(results: string): Promise<number> {
  const matrix = await openMatrix('matrix')
  // A run leaves out the preview, of which there is no embedded server.
  const servers = matrix.servers.filter(({ preview }) => !preview)
  const plan = makePlan({ ...matrix, servers }, [])
  await using runtime = await openRuntime({ runtime: 'embedded' }, plan, () => {})
  const made = await resultsOf(plan, await decide(plan, runtime))
  writeResults(made, path.join(results, resultsName(made.header.startedAt)))
  return made.cells.length
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
