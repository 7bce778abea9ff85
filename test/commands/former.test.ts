/** What a selector names by an old id is told, never searched in vain. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { diff } from '../../harness/commands/diff.js'
import { lock } from '../../harness/commands/lock.js'
import { planFor } from '../../harness/commands/plan.js'
import { findCells } from '../../harness/commands/show.js'
import type { Matrix } from '../../harness/core/matrix.js'
import type { Results } from '../../harness/core/result.js'
import { loadMatrix } from '../../harness/load/load.js'
import { scenario } from '../load/scenario.js'
import { asLines, madeResults } from '../render/made-results.js'

async function renamedMatrix(): Promise<Matrix> {
  await using files = await scenario()
  const loaded = await loadMatrix(files.folder)
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  const { matrix } = loaded
  return { ...matrix, probes: matrix.probes.map((probe) => ({ ...probe, formerly: ['json-old'] })) }
}

it('a selector with an old id is refused, whatever the others select', async () => {
  const matrix = await renamedMatrix()
  const message = '17/*/json-old matches no cell: the probe json-old was renamed to json-good'
  expect(() => planFor(matrix, ['17/*/json-old'])).toThrow(message)
  expect(() => planFor(matrix, ['17/*/json-good', '17/*/json-old'])).toThrow(message)
  expect(planFor(matrix, ['17/*/json-*']).units).not.toEqual([])
})

it('lock says so of a glob', async () => {
  const matrix = await renamedMatrix()
  const families = matrix.families.map((one) => (one.id === 'asyncpg' ? { ...one, formerly: ['apg'] } : one))
  const options = { folder: 'nowhere', matrix: { ...matrix, families }, clients: ['apg-*'] }
  await expect(lock(options)).rejects.toThrow(
    'no client matches apg-*; the client apg-0.32.0 was renamed to asyncpg-0.32.0',
  )
})

/** Results of which psycopg2 was called psycho once. */
function renamedResults(): Results {
  const results = madeResults({ servers: [18], features: 2 })
  const families = results.header.families.map((one) => ({
    ...one,
    formerly: one.id === 'psycopg2' ? ['psycho'] : [],
  }))
  return { ...results, header: { ...results.header, families } }
}

it('show says what became of an old id', () => {
  const results = renamedResults()
  expect(() => findCells(results, '18/psycho-2.9.13/type-uuid')).toThrow(
    'no cell 18/psycho-2.9.13/type-uuid in these results: the client psycho-2.9.13 was renamed to psycopg2-2.9.13',
  )
  expect(() => findCells(results, '18/psyco-2.9.13/type-uuid')).toThrow(/did you mean/)
})

it('diff says what became of an old id', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'pgmatrix-former-')), 'results.jsonl')
  await writeFile(file, asLines(renamedResults()))
  const words = { before: 'asyncpg-0.32.0', after: 'psycho-2.9.13', results: () => Promise.resolve(file) }
  await expect(diff(words)).rejects.toThrow(
    'psycho-2.9.13 is no client or server of these results (the client psycho-2.9.13 was renamed to psycopg2-2.9.13)',
  )
  await rm(path.dirname(file), { recursive: true })
})
