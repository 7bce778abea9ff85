/** The picture of a client: how much each release of its family, on the same driver, has on each server. */
import type { ClientFacts } from '../../core/result.js'
import { type Verdict, VERDICTS } from '../../core/verdict.js'
import { footingOf } from './releases.js'
import { serverColumn, type ServerColumn } from './server-column.js'
import { type Tally, tallyOn } from './tally.js'
import type { ResultsView } from './view.js'

export interface SupportView {
  /** Verdicts that occur. */
  readonly key: readonly Mark[]
  readonly servers: readonly ServerColumn[]
  /** Newest first. */
  readonly rows: readonly SupportRow[]
}

interface SupportRow {
  readonly version: string
  readonly href: string
  /** It is the page's own. */
  readonly current: boolean
  readonly cells: readonly SupportCell[]
}

interface SupportCell {
  readonly tally: Tally
  /** From the ground up, in percent of the whole. */
  readonly blocks: readonly Block[]
}

interface Mark {
  readonly verdict: Verdict
  /** Told by shape as well as by colour; null where the plain colour is the shape. */
  readonly pattern: string | null
}

interface Block extends Mark {
  readonly y: string
  readonly height: string
}

/** Null where there is nothing to compare. */
export function supportOf(view: ResultsView, client: ClientFacts, root: string): SupportView | null {
  const releases = sameFooting(view, client)
  const all = releases.flatMap(({ id }) => view.cellsOf('client', id))
  const asked = new Set(all.map(({ server }) => server))
  const servers = view.servers.filter(({ id }) => asked.has(id))
  if (servers.length * releases.length < 2) return null
  const verdicts = new Set(all.map(({ verdict }) => verdict))
  return {
    key: VERDICTS.filter((verdict) => verdicts.has(verdict)).map(markOf),
    servers: servers.map((server) => serverColumn(server, root)),
    rows: releases.map((release) => ({
      version: release.version,
      href: `${release.id}.html`,
      current: release === client,
      cells: servers.map((server) => supportCell(tallyOn(view, release, server))),
    })),
  }
}

/** Releases of its family on the same driver, newest first. */
export function sameFooting(view: ResultsView, client: ClientFacts): ClientFacts[] {
  const footing = footingOf(view.header, client)
  const family = [...view.families, ...view.stacks].find(({ facts }) => facts.id === client.family)
  return (family?.clients ?? []).filter((other) => footingOf(view.header, other) === footing)
}

function supportCell(counted: Tally): SupportCell {
  const blocks = counted.segments.map(({ verdict, x, width }) => ({
    ...markOf(verdict),
    y: (100 - Number(x) - Number(width)).toFixed(2),
    height: width,
  }))
  return { tally: counted, blocks }
}

const PATTERNED: readonly Verdict[] = ['partial', 'raw', 'broken']

function markOf(verdict: Verdict): Mark {
  return { verdict, pattern: PATTERNED.includes(verdict) ? `p-${verdict}` : null }
}
