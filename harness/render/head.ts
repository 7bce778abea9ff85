/** What the head of a page says to programs. */
import { CARD } from './card.js'
import {
  API_INDEX,
  CHANGES_FEED,
  familyFeed,
  clientData,
  probeData,
  serverData,
  serverTable,
} from './data/address.js'
import { rootOf } from './models/address.js'
import type { Page } from './pages.js'
import { publicAddress, type SiteFacts } from './site.js'

export interface Head {
  /** Where the page is published; null where nobody said. */
  readonly url: string | null
  /** What to show beside a link to it; null where nobody said where the picture is published. */
  readonly card: Card | null
  /** The same in other forms. */
  readonly alternates: readonly Alternate[]
}

interface Card {
  readonly url: string
  readonly width: number
  readonly height: number
  /** What is to be seen. */
  readonly words: string
}

interface Alternate {
  readonly href: string
  readonly type: string
  readonly title: string
}

export function headOf(page: Page, site: SiteFacts): Head {
  const name = page.model.frame.page
  const root = rootOf(name)
  const isPublic = site.baseUrl !== null
  return {
    url: isPublic ? publicAddress(site, name) : null,
    card: isPublic ? { ...CARD, url: publicAddress(site, CARD.name) } : null,
    alternates: [...alternatesOf(page), ...feedsOf(page)].map((one) => ({ ...one, href: root + one.href })),
  }
}

const JSON_TYPE = 'application/json'

function alternatesOf({ template, model }: Page): Alternate[] {
  const all = { href: API_INDEX, type: JSON_TYPE, title: 'All data' }
  if (template === 'probe')
    return [{ href: probeData(model.probe.id), type: JSON_TYPE, title: 'This feature' }, all]
  if (template === 'client')
    return [{ href: clientData(model.client.id), type: JSON_TYPE, title: 'This client' }, all]
  if (template === 'matrix')
    return [
      { href: serverData(model.server.id), type: JSON_TYPE, title: 'This server' },
      { href: serverTable(model.server.id), type: 'text/markdown', title: 'This server' },
      all,
    ]
  return [all]
}

const ATOM_TYPE = 'application/atom+xml'

function feedsOf({ template, model }: Page): Alternate[] {
  const all = { href: CHANGES_FEED, type: ATOM_TYPE, title: 'What changed' }
  if (template !== 'client') return [all]
  return [
    { href: familyFeed(model.client.family), type: ATOM_TYPE, title: 'What changed for this client' },
    all,
  ]
}
