import { expect, it } from 'vitest'
import { checkMatrix } from '../../harness/load/check.js'
import { coverage } from '../../harness/load/coverage.js'
import { formatProblem } from '../../harness/load/problem.js'

it('the matrix of this repository has no problems, and no client without an entry in a probe', async () => {
  const { matrix, problems } = await checkMatrix('matrix')
  expect(problems.map(formatProblem)).toEqual([])
  expect(coverage(matrix)).toEqual([])
  expect(matrix.probes.length).toBeGreaterThan(0)
})

it('every family says how it is called, and that of a client whether it is maintained', async () => {
  const { matrix } = await checkMatrix('matrix')
  const silent = matrix.families.filter(
    ({ kind, paradigm, maintenance }) => !paradigm || (!maintenance && kind !== 'stack'),
  )
  expect(silent.map(({ id }) => id)).toEqual([])
})
