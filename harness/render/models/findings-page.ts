/** What nobody would expect: wrong results without an error, what differs from the documentation, what crashed or hung. */
import type { Verdict } from '../../core/verdict.js'
import { FINDINGS, rootOf } from './address.js'
import { type BrokenView, brokenOf } from './broken.js'
import { type Documented, documentedOtherwise } from './documented.js'
import { type Frame, frame } from './frame.js'
import type { ResultsView } from './view.js'

export interface FindingsPage {
  readonly frame: Frame
  readonly broken: readonly BrokenView[]
  readonly brokenCells: string
  readonly documented: readonly Documented[]
  readonly ended: readonly EndedBadly[]
}

interface EndedBadly {
  readonly verdict: Verdict
  readonly rows: readonly BrokenView[]
}

/** Incidents that may say something about the client all the same. */
const BAD: readonly Verdict[] = ['crash', 'timeout', 'flaky']

export function findingsPage(view: ResultsView): FindingsPage {
  const { servers } = view
  const root = rootOf(FINDINGS)
  const broken = view.cellsOf('verdict', 'broken')
  return {
    frame: frame(view, {
      page: FINDINGS,
      title: 'Findings',
      description:
        "Where Python's PostgreSQL drivers and ORMs are wrong without an error, or differ from what is documented.",
    }),
    broken: brokenOf(view, servers, root),
    brokenCells: broken.length.toLocaleString('en-US'),
    documented: documentedOtherwise(view),
    ended: BAD.map((verdict) => ({ verdict, rows: brokenOf(view, servers, root, verdict) })).filter(
      ({ rows }) => rows.length > 0,
    ),
  }
}
