/** One cell of a table: what it shows and where its evidence stands. */
import type { Cell, ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import type { Verdict } from '../../core/verdict.js'
import { evidenceAnchor, probePage } from './address.js'
import type { ResultsView } from './view.js'

/** A cell that says its verdict and no more. */
export interface CellLink {
  /** Null where the results have no such cell. */
  readonly verdict: Verdict | null
  readonly href: string
}

export interface CellView extends CellLink {
  /** Why it is not plainly native, in short; null for `native`, and beside the evidence itself. */
  readonly title: string | null
}

const TITLE_LENGTH = 140
const MISSING: CellLink = { verdict: null, href: '' }

export interface CellPlace {
  readonly server: ServerFacts
  readonly client: ClientFacts
  readonly probe: ProbeFacts
}

/** @param root Way from the page to the top of the site; null on the probe's own page. */
export function cellLink(
  view: ResultsView,
  { server, client, probe }: CellPlace,
  root: string | null,
): CellLink {
  const cell = view.cell(server, client, probe)
  return cell ? { verdict: cell.verdict, href: hrefOf(cell, root) } : MISSING
}

export function cellView(view: ResultsView, { server, client, probe }: CellPlace, root: string): CellView {
  const cell = view.cell(server, client, probe)
  if (!cell) return { ...MISSING, title: null }
  return { verdict: cell.verdict, href: hrefOf(cell, root), title: titleOf(cell) }
}

function hrefOf({ server, client, probe }: Cell, root: string | null): string {
  const page = root === null ? '' : root + probePage(probe)
  return `${page}#${evidenceAnchor(client, server)}`
}

function titleOf({ verdict, note, reason }: Cell): string | null {
  if (verdict === 'native') return null
  const text = `${verdict}: ${note ?? reason}`.replace(/\s+/g, ' ').trim()
  return text.length > TITLE_LENGTH ? `${text.slice(0, TITLE_LENGTH)}…` : text
}
