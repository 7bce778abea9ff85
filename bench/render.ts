/**
 * `npm run bench:render`: how long a site of some fifty thousand cells takes, and what pages of the whole matrix weigh.
 * `npm run bench:render -- RESULTS`: what those of a real run weigh.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Results } from '../harness/core/result.js'
import { PACKAGE } from '../harness/package.js'
import { readResults } from '../harness/results/read.js'
import { LITTLE_ROOM, measure, type Measured } from './measure.js'
import { weigh } from './weight.js'
import { wholeMatrix, writeResults } from './whole-matrix.js'

/** Four servers of the whole matrix. */
const SOME = ['{15,16,17,18}']
const ALL = ['1[0-8]*']
const RUNS = 3

const [given] = process.argv.slice(2)
if (given === undefined) {
  await time()
  await tellWeights(await wholeMatrix(ALL))
} else await tellWeights(await readResults(given))

async function time(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bench-render-'))
  try {
    const file = path.join(folder, 'results.jsonl')
    const results = await wholeMatrix(SOME)
    writeResults(results, file)
    const words = [path.join(PACKAGE, 'bin', 'pgmatrix.js'), 'render', '--results', file, '--site']
    for (let run = 1; run <= RUNS; run++) {
      // None takes the place of another: where thousands of files were just removed, ext4 may take many times as long to make new ones.
      const [first, second] = [path.join(folder, `little-${run}`), path.join(folder, `usual-${run}`)]
      const [little, usual] = [
        await measure([LITTLE_ROOM, ...words, first]),
        await measure([...words, second]),
      ]
      const files = readdirSync(second, { recursive: true }).length
      const what = `${results.cells.length.toLocaleString('en-US')} cells to ${files.toLocaleString('en-US')} files`
      say(`${what}: ${describe(usual)}; with ${LITTLE_ROOM}: ${describe(little)}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function describe({ seconds, cpuSeconds, peakMegabytes }: Measured): string {
  return `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU, ${peakMegabytes.toFixed(0)} MB`
}

async function tellWeights(results: Results): Promise<void> {
  const { index, scripts, features } = await weigh(results)
  say(`${results.cells.length.toLocaleString('en-US')} cells, compressed:`)
  say(`  front page with style and script ${kilobytes(index)}`)
  say(`  scripts: of the matrix ${kilobytes(scripts[0])}, of other pages ${kilobytes(scripts[1])}`)
  for (const { id, bytes } of features.slice(0, 3)) say(`  the page of ${id} ${kilobytes(bytes)}`)
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
