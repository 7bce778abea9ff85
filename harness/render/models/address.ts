/** Addresses of the pages and of the evidence on them. All links are relative: the site works from any folder and from a disk. */

export const INDEX = 'index.html'
export const OVERVIEW = 'overview.html'
export const FINDINGS = 'findings.html'
export const CLIENTS = 'clients.html'
export const STACKS = 'stacks.html'
/** Where the application stands on the page of a stack. */
export const APPLICATION = 'application'
/** Where it stands what all applications were asked. */
export const CONVERSATION = 'conversation'
export const METHOD = 'method.html'
export const COMPARE = 'compare.html'
export const MY_STACK = 'my-stack.html'
export const OPEN_RESULTS = 'open-results.html'
export const SCRIPT = 'assets/site.js'
/** Of the pages that show a matrix, which need nothing else. */
export const MATRIX_SCRIPT = 'assets/matrix.js'
/** All verdicts, as a script. */
export const VERDICT_DATA = 'data/verdicts.js'
export const DATA = 'data/results.jsonl.gz'
/** Where sites had them before, uncompressed. */
export const FORMER_DATA = 'data/results.jsonl'
/** Tells that a folder is ours to replace. */
export const MARKER = '.pgmatrix-site'

export function serverPage(server: string): string {
  return `pg/${fileName(server)}.html`
}

export function releasesPage(server: string): string {
  return `releases/${fileName(server)}.html`
}

/** What a server brings, and what is different on it. */
export function bringsPage(server: string): string {
  return `server/${fileName(server)}.html`
}

/** `dsn:managed` is no name of a file everywhere. */
export function fileName(server: string): string {
  return server.replace(':', '-')
}

export function probePage(probe: string): string {
  return `probe/${probe}.html`
}

export function clientPage(client: string): string {
  return `client/${client}.html`
}

/** Where the evidence of one cell stands on its probe's page: `psycopg2-2.9.13@17`. */
export function evidenceAnchor(client: string, server: string): string {
  return `${client}@${server}`
}

export function familyAnchor(family: string): string {
  return `family-${family}`
}

/** Group titles are free text: where two look the same, the later one gets a number. */
export function groupAnchors(titles: readonly string[]): string[] {
  const slugs = titles.map((title) =>
    `group-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.replace(/-$/, ''),
  )
  return slugs.map((slug, index) => (slugs.indexOf(slug) === index ? slug : `${slug}-${index + 1}`))
}

/** `''` for a page at the top, `../` for one in a folder. */
export function rootOf(page: string): string {
  return '../'.repeat(page.split('/').length - 1)
}

/** A link from results, or null where it is none that a reader should follow. */
export function webLink(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol, href } = new URL(address)
  return protocol === 'https:' || protocol === 'http:' ? href : null
}

/** The row of one feature, for a frame on another site. */
export function embedPage(probe: string): string {
  return `embed/${probe}.html`
}

/** What differs from what was published before. */
export const CHANGES = 'changes.html'
