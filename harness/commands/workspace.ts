/** Where things are: the user's working directory, and what the package brings along. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { checkMatrix } from '../load/check.js'
import type { Matrix } from '../core/matrix.js'
import { PACKAGE } from '../package.js'
import { UsageError } from '../core/runtime.js'
import { formatProblem } from '../load/problem.js'

const packageSchema = z.object({ version: z.string() })

export function toolVersion(): string {
  return packageSchema.parse(JSON.parse(readFileSync(path.join(PACKAGE, 'package.json'), 'utf8'))).version
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

/** The folder, checked as `lint` does. @throws UsageError with every problem. */
export async function openMatrix(given: string | undefined): Promise<Matrix> {
  const { matrix, problems } = await checkMatrix(matrixFolder(given))
  if (problems.length === 0) return matrix
  throw new UsageError(problems.map(formatProblem).join('\n'))
}
