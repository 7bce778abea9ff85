/**
 * A probe must fail when the client is wrong. Every probe of the matrix is run with a client that never asks the server: one that
 * echoes the value it was given, and one that returns nothing. Neither may ever be found native.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { runCommand } from '../../harness/commands/run.js'
import { openMatrix } from '../../harness/commands/workspace.js'
import { readResults } from '../../harness/results/read.js'
import { EMBEDDED, makeMatrixOf } from '../run/made-matrix.js'

const matrix = await openMatrix('matrix')
/** What stacks are asked has its own wrong ones: wrong-applications.test.ts. */
const PROBES = matrix.probes.filter(({ conversation }) => !conversation)

/** The probes as they stand, each with one recipe that is a fake, and asking drivers even where it asks only ORMs. */
function withRecipe(code: string): Record<string, unknown> {
  const faked = PROBES.map(({ id, place }) => {
    const probe = parse(readFileSync(place.file, 'utf8'))
    return [id, { ...probe, for: 'drivers', group: 'JSON', recipes: { psycopg2: { native: code } } }]
  })
  return Object.fromEntries(faked)
}

it.each([
  ['echoes its value', 'return value\n'],
  ['returns nothing', 'return None\n'],
])('a client that %s is never native', async (_, code) => {
  const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
  const signal = new AbortController().signal
  const made = makeMatrixOf(withRecipe(code))
  const where = { patterns: [], matrix: made, results, ...EMBEDDED }
  const { file } = await runCommand({ ...where, lanes: 2, emit: () => {}, signal })
  const { cells } = await readResults(file)
  expect(cells).toHaveLength(PROBES.length)
  const fooled = cells.filter(({ verdict }) => !['broken', 'unsupported', 'server'].includes(verdict))
  expect(fooled.map(({ probe, verdict, reason }) => `${probe}: ${verdict}, ${reason}`)).toEqual([])
})
