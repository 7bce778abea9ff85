/** Atom feeds (RFC 4287) of what changed: one of everything, one for each family of clients. */
import { CHANGE_TITLES, CHANGES } from '../../core/difference.js'
import { CHANGES_FEED, familyFeed, publicationPage } from '../data/address.js'
import { alsoAs, type DataFile } from '../data/file.js'
import { xmlText } from '../data/xml.js'
import { CHANGES as CHANGES_PAGE, rootOf } from '../models/address.js'
import type { ResultsView } from '../models/view.js'
import { publicAddress, type SiteFacts } from '../site.js'
import type { ChangeRow, Publication } from './publication.js'
import { urn } from './urn.js'

export function feedFiles(view: ResultsView, site: SiteFacts): DataFile[] {
  const all = { name: CHANGES_FEED, former: [], title: 'pgmatrix: what changed', ...site }
  const families = [...view.families, ...view.stacks].map(({ facts }) => ({
    name: familyFeed(facts.id),
    former: facts.formerly.map(familyFeed),
    title: `pgmatrix: what changed for ${facts.title}`,
    publications: site.publications.map((publication) => ofFamily(publication, facts.id)),
  }))
  return [all, ...families].flatMap((feed) => [...alsoAs(feedFile(view, site, feed), feed.former)])
}

function ofFamily({ rows, arrivals, ...publication }: Publication, family: string): Publication {
  return {
    ...publication,
    id: urn(`${publication.id} ${family}`),
    rows: rows.filter((row) => row.family === family),
    arrivals: arrivals.filter((arrival) => arrival.family === family),
  }
}

interface Feed {
  readonly name: string
  readonly title: string
  readonly publications: readonly Publication[]
}

/** What changed nothing is no news. */
function feedFile({ header }: ResultsView, site: SiteFacts, { name, title, publications }: Feed): DataFile {
  const news = publications.filter(({ rows, arrivals }) => rows.length + arrivals.length > 0)
  const id = site.baseUrl === null ? urn(`feed ${name}`) : publicAddress(site, name)
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>${xmlText(id)}</id>`,
    `<title>${xmlText(title)}</title>`,
    `<updated>${news[0]?.after.startedAt ?? header.startedAt}</updated>`,
    '<author><name>pgmatrix</name></author>',
    `<link rel="self" type="application/atom+xml" href="${link(site, name, name)}"/>`,
    `<link rel="alternate" type="text/html" href="${link(site, name, CHANGES_PAGE)}"/>`,
    ...news.map((publication) => entry(site, name, publication)),
    '</feed>',
  ]
  return { name, text: `${lines.join('\n')}\n` }
}

/** From the feed, where the address of the site is not known. */
function link(site: SiteFacts, feed: string, target: string): string {
  const way = site.baseUrl === null ? rootOf(feed) : ''
  return xmlText(way + publicAddress(site, target))
}

function entry(site: SiteFacts, feed: string, publication: Publication): string {
  const { id, after } = publication
  return [
    '<entry>',
    `<id>${id}</id>`,
    `<title>${xmlText(summaryOf(publication))}</title>`,
    `<updated>${after.startedAt}</updated>`,
    `<link rel="alternate" type="text/html" href="${link(site, feed, publicationPage(after.startedAt))}"/>`,
    // Markup within markup: its text is escaped twice.
    `<content type="html">${xmlText(contentOf(publication))}</content>`,
    '</entry>',
  ].join('\n')
}

/** `2 worse, 1 better; new: psycopg 3 3.3.9`, of rows. */
function summaryOf({ rows, arrivals, left }: Publication): string {
  const counts = CHANGES.flatMap((change) => {
    const some = rows.filter((row) => row.change === change).length
    return some === 0 ? [] : [`${some} ${CHANGE_TITLES[change].toLowerCase()}`]
  })
  const lists = (['appeared', 'gone'] as const).flatMap((change) => {
    const titles = arrivals.filter((arrival) => arrival.change === change).map(({ title }) => title)
    return titles.length === 0 ? [] : [`${CHANGE_TITLES[change].toLowerCase()}: ${shortList(titles)}`]
  })
  const more = left > 0 ? ['not all rows are listed'] : []
  return [...(counts.length > 0 ? [counts.join(', ')] : []), ...lists, ...more].join('; ')
}

function shortList(titles: readonly string[]): string {
  const rest = titles.length - 3
  return titles.slice(0, 3).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

const ROWS_SHOWN = 50

function contentOf({ rows, arrivals }: Publication): string {
  const items = [
    ...arrivals.map(({ change, title }) => `${CHANGE_TITLES[change]}: ${title}`),
    ...rows.map(lineOf),
  ]
  const rest = items.length - ROWS_SHOWN
  const more = rest > 0 ? `<p>… and ${rest} more.</p>` : ''
  return `<ul>${items
    .slice(0, ROWS_SHOWN)
    .map((item) => `<li>${xmlText(item)}</li>`)
    .join('')}</ul>${more}`
}

function lineOf({ change, title, clientTitle, servers, from, to, reason }: ChangeRow): string {
  const step = `${from ?? 'no cell'} → ${to ?? 'no cell'}`
  const why = reason ? `: ${reason}` : ''
  return `${CHANGE_TITLES[change]}: ${title}, ${clientTitle} on PostgreSQL ${servers.join(', ')}: ${step}${why}`
}
