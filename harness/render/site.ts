/** What is known of the site beside the results that it shows. */

import type { Publication } from './changes/publication.js'

export interface SiteFacts {
  /** Where it is published, with a slash at its end; null where nobody said. Links between its files never need it. */
  readonly baseUrl: string | null
  /** What this publication and earlier ones changed, newest first. */
  readonly publications: readonly Publication[]
}

export const UNPUBLISHED: SiteFacts = { baseUrl: null, publications: [] }

/** The address with a slash at its end, or null where it is none for a site. */
export function baseUrl(address: string): string | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  const plain = url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (!plain || !['https:', 'http:'].includes(url.protocol)) return null
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

/** Of a file, from its name: absolute where the site's own address is known, else from the top of the site. */
export function publicAddress({ baseUrl }: Pick<SiteFacts, 'baseUrl'>, name: string): string {
  return (baseUrl ?? '') + name.split('/').map(encodePart).join('/')
}

/** `+` stands in many names and is no sign of its own in a path. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replaceAll('%2B', '+')
}
