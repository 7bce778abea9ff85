/** The list of all pages for search engines (sitemaps.org). It needs whole addresses: without that of the site there is none. */
import type { ResultsView } from '../models/view.js'
import { publicAddress, type SiteFacts } from '../site.js'
import { SITEMAP } from './address.js'
import type { DataFile } from './file.js'
import { xmlText } from './xml.js'

export function sitemapFiles({ header }: ResultsView, site: SiteFacts, pages: readonly string[]): DataFile[] {
  if (site.baseUrl === null) return []
  const date = header.startedAt.slice(0, 10)
  const entries = pages.map(
    (page) => `<url><loc>${xmlText(publicAddress(site, page))}</loc><lastmod>${date}</lastmod></url>\n`,
  )
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('')}</urlset>\n`
  return [{ name: SITEMAP, text }]
}
