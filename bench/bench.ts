/** `npm run bench`: this tool against the obvious way, on the same sample, in one run. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cell } from '../harness/core/result.js'
import { listResults, readResults } from '../harness/results/read.js'
import { differing } from './differing.js'
import { median } from './median.js'
import { measure, type Measured } from './measure.js'
import { SELECTOR } from './sample.js'

const here = path.dirname(fileURLToPath(import.meta.url))
const program = path.join(here, '..', '..', 'bin', 'pgmatrix.js')

const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bench-results-'))
const tool = ['run', SELECTOR, '--results', results]
// Once without counting: downloads and environments are the same for both ways.
await measure([program, ...tool])
const ours = await measure([program, ...tool])
const cells = await newest()
const obvious = await measure([path.join(here, 'obvious.js')])

const different = differing(cells, JSON.parse(obvious.stdout))
if (different.length > 0) throw new Error(`the two ways disagree on ${different.join(', ')}`)
print('this tool', ours, cells.length)
print('the obvious way', obvious, cells.length)
say(`ratio on wall time: ${(obvious.seconds / ours.seconds).toFixed(1)}`)
const recipes = cells
  .filter(({ client }) => !client.includes('+'))
  .map(recipeCpu)
  .filter((ms) => ms > 0)
say(`CPU of a driver's recipes, median per cell: ${median(recipes).toFixed(1)} ms`)

async function newest(): Promise<readonly Cell[]> {
  const [file = ''] = await listResults(results)
  return (await readResults(file)).cells
}

function print(name: string, { seconds, cpuSeconds, peakMegabytes }: Measured, count: number): void {
  const figures = [
    `${count} cells in ${seconds.toFixed(1)} s`,
    `${(count / seconds).toFixed(1)} cells per second`,
    `${((1000 * cpuSeconds) / count).toFixed(0)} ms CPU per cell, servers included`,
    `peak memory ${peakMegabytes.toFixed(0)} MB`,
  ]
  say(`${name.padEnd(16)} ${figures.join(' · ')}`)
}

function recipeCpu({ attempts }: Cell): number {
  return attempts.reduce((total, { cpuMs }) => total + cpuMs, 0)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
