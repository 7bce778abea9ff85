/** `pgmatrix advise`: a project's files and a results file to advice. */
import { advise, type Known } from '../core/advice.js'
import { chooseClients } from '../core/chosen-clients.js'
import { cellId } from '../core/ids.js'
import type { Results } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import type { SiteData, SiteServer } from '../core/site-data.js'
import { didYouMean } from '../core/suggest.js'
import type { Parts } from '../project/format.js'
import { findProjectFile, readProject } from '../project/read.js'
import { siteData } from '../render/models/site-data.js'
import { viewResults } from '../render/models/view.js'
import type { Advised } from '../report/advice.js'
import { readResults } from '../results/read.js'

export interface AdviseWords extends Parts {
  /** None: the one that is found in the current folder. */
  readonly files: readonly string[]
  /** Id of a server. */
  readonly on: string
  readonly from: string | undefined
  /** A results file. */
  readonly results: () => Promise<string>
}

/** Whether all cells that were planned are there stands beside it. @throws UsageError */
export async function adviseProject(words: AdviseWords): Promise<Advised & { readonly complete: boolean }> {
  // Before the results, which may be large.
  const project = await readProject(words.files.length > 0 ? words.files : [findProjectFile('.')], words)
  const results = await words.results()
  const read = await readResults(results)
  const known = knownFrom(read)
  const { data } = known
  const on = serverOf(data.servers, '--pg', words.on)
  const from = words.from === undefined ? null : serverOf(data.servers, '--from', words.from)
  if (from) checkWay(from, on)
  const advice = advise(known, chooseClients(project.requirements, data), { on, from })
  const { files, unread } = project
  return { advice, files, unread, results, startedAt: read.header.startedAt, complete: read.complete }
}

export function knownFrom(read: Results): Known & { readonly data: SiteData } {
  const cells = new Map(read.cells.map((cell) => [cellId(cell), cell]))
  return {
    data: siteData(viewResults(read)),
    cell: (server, client, probe) => cells.get(cellId({ server, client, probe })),
  }
}

function serverOf(servers: readonly SiteServer[], option: string, id: string): SiteServer {
  const found = servers.find((server) => server.id === id)
  if (found) return found
  const ids = servers.map((server) => server.id)
  const hint = didYouMean(id, ids) ?? `it has ${ids.join(', ')}`
  throw new UsageError(
    `${option} ${id}: the results have no such server (${hint}). Run it, or name other results with --results.`,
  )
}

function checkWay(from: SiteServer, on: SiteServer): void {
  if (from.id === on.id) throw new UsageError(`--from ${from.id} is the server of --pg: name the one before`)
  if (from.major > on.major)
    throw new UsageError(
      `--from ${from.id} is newer than --pg ${on.id}: name the server to leave with --from`,
    )
}
