/** Costs of clients: costs.yaml of a matrix folder. */
import { costsSchema } from '../core/costs.js'
import { checkSchema } from './check-schema.js'
import { openFolder, readOptionalText } from './folder.js'
import type { Problem } from './problem.js'
import { readYaml } from './yaml-file.js'

/** Of the matrix folder. */
export const COSTS = 'costs.yaml'

/** By client id; none where there is no such file. */
export async function loadCosts(
  path: string,
): Promise<{ costs: Readonly<Record<string, number>>; problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const folder = await openFolder(path)
  if (!folder || (await readOptionalText(folder, COSTS, [])) === undefined) return { costs: {}, problems }
  const file = await readYaml(folder, COSTS, problems)
  return { costs: (file && checkSchema(costsSchema, file, problems)?.milliseconds) ?? {}, problems }
}
