/** What every page has around its own content. */
import {
  CHANGES,
  CLIENTS,
  COMPARE,
  DATA,
  FINDINGS,
  INDEX,
  METHOD,
  MY_STACK,
  OVERVIEW,
  rootOf,
  SCRIPT,
  STACKS,
} from './address.js'
import type { ResultsView } from './view.js'

export interface Frame {
  /** Address of the page from the top of the site. */
  readonly page: string
  readonly title: string
  readonly description: string
  /** The page's own file name, for a link to itself. */
  readonly self: string
  /** Way from the page to the top of the site: empty or `../`. */
  readonly root: string
  readonly nav: readonly NavLink[]
  /** What a reader must know before believing the page, in one sentence each. */
  readonly warnings: readonly string[]
  readonly tool: string
  readonly runtime: string
  /** `2026-11-23` */
  readonly date: string
  readonly data: string
  readonly script: string
}

interface NavLink {
  readonly href: string
  readonly label: string
  readonly current: boolean
}

export interface PageIdentity {
  readonly page: string
  readonly title: string
  readonly description: string
  /** Address of its script from the top of the site, where it is not that of most pages. */
  readonly script?: string
}

export function frame(view: ResultsView, { script = SCRIPT, ...identity }: PageIdentity): Frame {
  const root = rootOf(identity.page)
  const { tool, runtime, startedAt } = view.header
  return {
    ...identity,
    root,
    self: identity.page.split('/').at(-1) ?? '',
    nav: navOf(view, identity.page, root),
    warnings: warningsOf(view),
    tool,
    runtime,
    date: startedAt.slice(0, 10),
    data: root + DATA,
    script: root + script,
  }
}

function navOf({ stacks }: ResultsView, page: string, root: string): NavLink[] {
  const entries = [
    [INDEX, 'Matrix'],
    [OVERVIEW, 'Overview'],
    [FINDINGS, 'Findings'],
    [CLIENTS, 'Clients'],
    ...(stacks.length > 0 ? [[STACKS, 'Web stacks'] as const] : []),
    [COMPARE, 'Compare'],
    [MY_STACK, 'My stack'],
    [METHOD, 'Method'],
    [CHANGES, 'What changed'],
  ] as const
  return entries.map(([href, label]) => ({ href: root + href, label, current: href === page }))
}

export function warningsOf({ complete, header, cells }: ResultsView): string[] {
  const { cells: planned, selector, shard } = header
  const interrupted = `The run was interrupted: ${cells.length} of ${planned} cells have a result.`
  const selected = `This run covers a selection of the matrix only: ${shortened(selector ?? '')}`
  const part =
    shard === null ? [] : [`This is part ${shard.index} of ${shard.of} of a run; the others are not here.`]
  return [...(complete ? [] : [interrupted]), ...(selector === null ? [] : [selected]), ...part]
}

const SELECTOR_LENGTH = 100

function shortened(selector: string): string {
  return selector.length > SELECTOR_LENGTH ? `${selector.slice(0, SELECTOR_LENGTH)}…` : selector
}
