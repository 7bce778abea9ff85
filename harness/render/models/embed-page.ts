/** One feature as a row that another site shows in an iframe. */
import type { ClientFacts, ProbeFacts } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import { embedPage, probePage, rootOf } from './address.js'
import { type CellView, cellView } from './cells.js'
import { familyColumns } from './columns.js'
import { type Frame, frame } from './frame.js'
import { clientTitle, type ResultsView } from './view.js'

export interface EmbedPage {
  readonly frame: Frame
  readonly title: string
  readonly href: string
  /** `PostgreSQL 18.4` */
  readonly server: string
  readonly columns: readonly { readonly title: string; readonly cell: CellView }[]
}

/** The newest releases, or the stacks, on the newest server. */
export function embedFeaturePage(view: ResultsView, probe: ProbeFacts): EmbedPage {
  const page = embedPage(probe.id)
  const root = rootOf(page)
  const server = view.newest
  const cell = (client: ClientFacts) => cellView(view, { server, client, probe }, root)
  return {
    frame: frame(view, { page, title: probe.title, description: `${probe.title}: a row of the matrix.` }),
    title: probe.title,
    href: root + probePage(probe.id),
    server: serverName(server),
    columns: clientsFor(view, probe).map((client) => ({
      title: clientTitle(view.header, client),
      cell: cell(client),
    })),
  }
}

function clientsFor(view: ResultsView, { conversation }: ProbeFacts): ClientFacts[] {
  if (conversation !== null) return view.stacks.flatMap(({ clients }) => clients)
  return familyColumns(view, '').columns.map(({ client }) => client)
}
