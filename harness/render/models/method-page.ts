/** How a verdict comes about, and the words. */
import type { ServerFacts } from '../../core/result.js'
import { bringsPage, METHOD } from './address.js'
import { type Frame, frame } from './frame.js'
import { everyVerdict, type Legend } from './legend.js'
import type { ResultsView } from './view.js'

export interface MethodPage {
  readonly frame: Frame
  readonly legend: Legend
  readonly servers: readonly (ServerFacts & { readonly href: string })[]
  /** Whether some are behind a pooler. */
  readonly pooled: boolean
  readonly runtime: string
  readonly clients: number
  readonly features: number
  readonly cells: string
}

export function methodPage(view: ResultsView): MethodPage {
  return {
    frame: frame(view, {
      page: METHOD,
      title: 'Method',
      description:
        'How each cell of the matrix was executed, what its verdict means, and how to run it again.',
    }),
    legend: everyVerdict(view.cells),
    servers: view.servers.map((server) => ({ ...server, href: bringsPage(server.id) })),
    pooled: view.servers.some(({ pooler }) => pooler !== null),
    runtime: view.header.runtime,
    clients: view.clients.length,
    features: view.probes.length,
    cells: view.cells.length.toLocaleString('en-US'),
  }
}
