/** Where things are: the user's working directory, and what the package brings along. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Matrix } from '../core/matrix.js'
import { PACKAGE } from '../package.js'
import { UsageError } from '../core/runtime.js'
import { knownMatrix, rememberMatrix } from '../load/known.js'

export function toolVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(path.join(PACKAGE, 'package.json'), 'utf8'),
  )
  return version
}

/** The folder named, else ./matrix, else the one that comes with the package. */
export function matrixFolder(given: string | undefined): string {
  if (given !== undefined) return given
  return existsSync('matrix') ? 'matrix' : path.join(PACKAGE, 'matrix')
}

/** The same for a command that writes: what comes with the package is nobody's to change. @throws UsageError */
export function ownMatrixFolder(given: string | undefined): string {
  const folder = given ?? 'matrix'
  if (existsSync(folder)) return folder
  throw new UsageError(
    `${folder}: there is no matrix folder to write to; start from a copy of ${path.join(PACKAGE, 'matrix')}, or name one with --matrix`,
  )
}

/** The folder, checked as `lint` does, or unchanged since it was. @throws UsageError with every problem. */
export async function openMatrix(given: string | undefined): Promise<Matrix> {
  // Loaded when they are wanted: the program starts in half the time without.
  const folder = matrixFolder(given)
  const known = await knownMatrix(folder)
  if (known) return known
  // Loaded when they are wanted: the program starts in half the time without.
  const [{ checkMatrix }, { formatProblem }] = await Promise.all([
    import('../load/check.js'),
    import('../load/problem.js'),
  ])
  const { matrix, problems, read } = await checkMatrix(folder)
  if (problems.length === 0) {
    await rememberMatrix(folder, { matrix, read })
    return matrix
  }
  throw new UsageError(problems.map(formatProblem).join('\n'))
}
