/** What stands at an address of something's former id: the way to where it stands now. */
import { formerClientIds } from '../../core/former.js'
import { clientPage, embedPage, probePage } from './address.js'
import { type Frame, frame } from './frame.js'
import { clientTitle, type ResultsView } from './view.js'

export interface MovedPage {
  readonly frame: Frame
  /** Of what has moved. */
  readonly title: string
  /** Beside the page. */
  readonly href: string
}

export function movedPages(view: ResultsView): MovedPage[] {
  const features = view.probes.flatMap(({ id, title, formerly }) =>
    formerly.flatMap((old) =>
      [probePage(old), embedPage(old)].map((page) => movedPage(view, page, { title, id })),
    ),
  )
  const clients = view.clients.flatMap((client) =>
    formerClientIds(client.id, view.header.families).map((old) =>
      movedPage(view, clientPage(old), { title: clientTitle(view.header, client), id: client.id }),
    ),
  )
  return [...features, ...clients]
}

interface Moved {
  readonly title: string
  readonly id: string
}

function movedPage(view: ResultsView, page: string, { title, id }: Moved): MovedPage {
  const identity = { page, title, description: `${title} has another address now.` }
  return { frame: frame(view, identity), title, href: `${id}.html` }
}
