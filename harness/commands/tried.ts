/** What a client that is not in the matrix does otherwise than the newest release of its family, as the record has that. */
import type { Tried } from '../clients/candidate.js'
import { differences } from '../core/difference.js'
import type { Results } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { formatProblem } from '../load/problem.js'
import { loadRecord } from '../load/record.js'
import type { Compared } from '../report/difference.js'

const AXIS = { client: false, server: true } as const

export interface Comparison extends Compared {
  /** Whether the record has the release at all; otherwise everything is new. */
  readonly known: boolean
}

/** One for each driver. @param folder matrix folder @throws UsageError where the record cannot be read */
export async function compareTried(
  tried: readonly Tried[],
  { header, cells }: Results,
  folder: string,
): Promise<readonly Comparison[]> {
  const { cells: recorded, problems } = await loadRecord(folder)
  if (problems.length > 0) throw new UsageError(problems.map(formatProblem).join('\n'))
  return tried.map(({ client, template }) => {
    const after = cells.filter((cell) => cell.client === client.id)
    const asked = new Set(after.map(({ server, probe }) => `${server}/${probe}`))
    const before = recorded
      .filter((cell) => cell.client === template.id && asked.has(`${cell.server}/${cell.probe}`))
      .map((cell) => ({ ...cell, reason: '' }))
    return {
      ...{ before: `${template.id} (record)`, after: client.id, axis: AXIS, servers: header.servers },
      known: before.length > 0,
      differences: differences(before, after, AXIS),
    }
  })
}
