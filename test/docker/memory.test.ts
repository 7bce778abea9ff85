/** What runs out of the memory of its container is told apart from what crashes. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Cell } from '../../harness/core/result.js'
import { listResults, readResults } from '../../harness/results/read.js'
import { Program } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { engineEnvironment, lockedMatrix, onEngine } from './test-engine.js'

/** Two processes stay below the limit of each one's address space, and go beyond the container's memory together. */
const EATS_ITS_MEMORY = `
import os
import time

if os.fork() == 0:
    eaten = [bytearray(900 * 2**20)]
    time.sleep(8)
    os._exit(len(eaten))
time.sleep(1)
eaten = [bytearray(1500 * 2**20)]
time.sleep(8)
return value if eaten else None
`
const DIES = 'import os\n\nos.kill(os.getpid(), 11)\nreturn value\n'
const EATS_ITS_SERVERS_MEMORY = `
parts = ", ".join("length(string_agg(repeat('%s', 1000000), ''))" % letter for letter in "abc")
cur.execute("select %s from generate_series(1, 600)" % parts)
return value
`

describe('out of memory', () => {
  let cells: readonly Cell[]

  beforeAll(async () => {
    const probes = {
      dies: { code: DIES },
      'eats-its-memory': { code: EATS_ITS_MEMORY, deadline: 20 },
      'eats-its-servers-memory': { code: EATS_ITS_SERVERS_MEMORY, deadline: 60 },
      good: GOOD,
    }
    const matrix = lockedMatrix(makeMatrix(probes))
    const program = new Program(onEngine(matrix), engineEnvironment())
    const { stderr } = await program.ended()
    if (!stderr.includes('4 of 4 cells')) throw new Error(stderr)
    const [file = ''] = await listResults(`${program.folder}/results`)
    cells = (await readResults(file)).cells
  })

  it.each([
    ['dies', 'crash', /ended by SIGSEGV/],
    [
      'eats-its-memory',
      'error',
      /container of the worker of psycopg2-2\.9\.13 reached its memory limit of 2048 MB/,
    ],
    ['eats-its-servers-memory', 'error', /container of PostgreSQL 18 reached its memory limit of 1024 MB/],
    ['good', 'native', /value and type as expected/],
  ])('%s: %s', (probe, verdict, reason) => {
    const cell = cells.find((candidate) => candidate.probe === probe)
    expect(cell).toMatchObject({ verdict, reason: expect.stringMatching(reason) })
  })
})
