/** Everything that can be known of a matrix folder without running it: the files, their SQL and their Python. */
import { toolPath } from '../tools/tool.js'
import { readMatrix, type Reading } from './load.js'
import { sortProblems } from './problem.js'
import { checkPython } from './python.js'

/**
 * @param ruff path of the program; installed first where it is missing
 * @throws EnvironmentError when ruff can neither be found nor installed.
 */
export async function checkMatrix(
  folder: string,
  ruff: Promise<string> = toolPath('ruff'),
): Promise<Reading> {
  const [reading, program] = await Promise.all([readMatrix(folder), ruff])
  const python = await checkPython(reading.snippets, reading.matrix.clients, program)
  return { ...reading, problems: sortProblems([...reading.problems, ...python]) }
}
