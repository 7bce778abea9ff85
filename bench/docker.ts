/**
 * `npm run bench:docker`: this tool's containers against the obvious way's, on the same sample, in one run. The engine is the one of
 * DOCKER_HOST; PGMATRIX_BENCH_MATRIX and PGMATRIX_BENCH_MIRROR name another matrix and where its images come from.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { listResults, readResults } from '../harness/results/read.js'
import { differing } from './differing.js'
import { median } from './median.js'
import { measure } from './measure.js'
import { MATRIX, MIRROR, SELECTOR } from './sample.js'

const outcomeSchema = z.object({
  verdicts: z.record(z.string(), z.string()),
  ready: z.object({ server: z.array(z.number()), worker: z.array(z.number()) }),
})

const here = path.dirname(fileURLToPath(import.meta.url))
const program = path.join(here, '..', '..', 'bin', 'pgmatrix.js')
const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bench-results-'))
const matrix = MATRIX === undefined ? [] : ['--matrix', MATRIX]
const mirror = MIRROR === undefined ? [] : ['--mirror', MIRROR]
const tool = [...matrix, 'run', '--runtime', 'docker', ...mirror, SELECTOR, '--results', results]

// Once without counting: images and environments are the same for both ways.
await measure([program, ...tool])
const ours = await measure([program, ...tool])
const [file = ''] = await listResults(results)
const { cells } = await readResults(file)
const obvious = await measure([path.join(here, 'obvious-docker.js')])

const { verdicts, ready } = outcomeSchema.parse(JSON.parse(obvious.stdout))
const different = differing(cells, verdicts)
if (different.length > 0) throw new Error(`the two ways disagree on ${different.join(', ')}`)
print('this tool', ours.seconds)
print('the obvious way', obvious.seconds)
say(`ratio on wall time: ${(obvious.seconds / ours.seconds).toFixed(1)}`)

say(`a server's container answers its first login after ${median(ready.server).toFixed(0)} ms (median)`)
say(`an interpreter in a running container says hello after ${median(ready.worker).toFixed(0)} ms (median)`)

function print(name: string, seconds: number): void {
  const rate = (cells.length / seconds).toFixed(1)
  say(`${name.padEnd(16)} ${cells.length} cells in ${seconds.toFixed(1)} s · ${rate} cells per second`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
