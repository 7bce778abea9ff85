import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LITTLE_ROOM, measure } from '../../bench/measure.js'
import { weigh, type Weights } from '../../bench/weight.js'
import { wholeMatrix, writeResults } from '../../bench/whole-matrix.js'

const PROGRAM = path.resolve('bin', 'pgmatrix.js')
const FIRST_VIEW = 60_000
const FEATURE = 30_000
/** What only a run finds, errors in each driver's words and what each server adds: of one, the heaviest page was 17 % heavier. */
const ONLY_SEEN = 1.2
const MEGABYTES = 300

describe('the site of the whole matrix', () => {
  let weights: Weights
  beforeAll(async () => {
    weights = await weigh(await wholeMatrix(['1[0-8]*']))
  }, 120_000)

  it(`has a front page of ${FIRST_VIEW / 1000} kB at most, compressed, with style and script`, () => {
    expect(weights.index).toBeLessThanOrEqual(FIRST_VIEW)
  })

  it(`has no page of a feature above ${FEATURE / 1000} kB, compressed`, () => {
    expect(weights.features.length).toBeGreaterThan(200)
    expect(weights.features.filter(({ bytes }) => bytes * ONLY_SEEN > FEATURE)).toEqual([])
  })
})

describe.skipIf(process.platform !== 'linux')('rendering', () => {
  let folder: string
  beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'pgmatrix-weight-'))))
  afterAll(() => rm(folder, { recursive: true }))

  // Left to itself, Node lets garbage lie for as long as there is room.
  it(`fifty thousand cells need ${MEGABYTES} MB at most`, async () => {
    const [file, site] = [path.join(folder, 'results.jsonl'), path.join(folder, 'site')]
    const results = await wholeMatrix(['{15,16,17,18}'])
    expect(results.cells.length).toBeGreaterThan(50_000)
    writeResults(results, file)
    const words = [LITTLE_ROOM, PROGRAM, 'render', '--results', file, '--site', site]
    expect((await measure(words)).peakMegabytes).toBeLessThanOrEqual(MEGABYTES)
  }, 180_000)
})
