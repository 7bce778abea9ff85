/** `pgmatrix render`: from a results file to a site. */
import { cellId } from '../core/ids.js'
import type { Results } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { vanished } from '../core/vanished.js'
import { formatProblem } from '../load/problem.js'
import { loadRecord } from '../load/record.js'
import type { Previous } from '../render/changes/publication.js'
import { underNewIds } from '../render/changes/renamed.js'
import { readResults } from '../results/read.js'
import { type Shown, writeSite } from '../render/write.js'
import { TEMPLATES, type SitePlace } from './current.js'
import { readPrevious } from './previous.js'

export interface RenderOptions extends SitePlace {
  /** What was published before: a results file, or the folder of a site. */
  readonly previous?: string | undefined
  /** Matrix folder whose record says what must not vanish from what was published before. */
  readonly guard?: string | undefined
}

/** Returns the number of pages. @throws UsageError, EnvironmentError */
export async function render(options: RenderOptions): Promise<{ readonly pages: number }> {
  const { results: file, site, baseUrl = null } = options
  return { pages: await writeSite({ shown: load(options), file, templates: TEMPLATES, baseUrl }, site) }
}

/** What the site shows, once it may. @throws UsageError */
async function load(options: RenderOptions): Promise<Shown> {
  // Before the results are read: both together would need twice the room.
  const before = options.previous === undefined ? null : await readPrevious(options.previous)
  const results = await readResults(options.results)
  const previous = before && underNewIds(before, results.header)
  if (options.guard !== undefined) await refuseLoss(results, previous, { ...options, guard: options.guard })
  return { results, previous }
}

/** @throws UsageError where readers would lose what they ought to have. */
async function refuseLoss(
  { cells, complete, header }: Results,
  previous: Previous | null,
  { results: file, guard }: RenderOptions & { readonly guard: string },
): Promise<void> {
  if (!complete) throw new UsageError(`${file} is of a run that was cut off, and is not published`)
  if (header.shard !== null) throw new UsageError(`${file} is one part of a run, and is not published`)
  const { cells: recorded, problems } = await loadRecord(guard)
  if (problems.length > 0) throw new UsageError(problems.map(formatProblem).join('\n'))
  const known = recorded.length === 0 ? undefined : new Set(recorded.map(cellId))
  const lost = vanished(previous?.cells ?? [], cells, known)
  if (lost.cells.length === 0) return
  const whole = [
    ...lost.clients.map((id) => `the client ${id}`),
    ...lost.servers.map((id) => `the server ${id}`),
  ]
  const some = [...whole, ...lost.cells].slice(0, 5).join(', ')
  throw new UsageError(
    `${lost.cells.length} cells that were published would vanish, and the record still has them: ${some}${whole.length + lost.cells.length > 5 ? ' …' : ''}. If they ought to go, \`pgmatrix accept\` this run first.`,
  )
}
