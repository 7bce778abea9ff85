/** What changed from each release of a family to the next, on the same driver. */
import { type Change, type Difference, differences } from '../../core/difference.js'
import type { ClientFacts } from '../../core/result.js'
import { serverRange } from '../../core/server-range.js'
import type { Verdict } from '../../core/verdict.js'
import { evidenceAnchor, probePage } from './address.js'
import { sameFooting } from './support.js'
import type { ResultsView } from './view.js'

/** From a release to the next one. */
export interface StepView {
  readonly from: string
  readonly to: string
  /** The page's own release is the later one. */
  readonly current: boolean
  /** `3 better, 1 worse`; `no verdict differs` */
  readonly words: string
  readonly groups: readonly StepGroup[]
}

interface StepGroup {
  readonly title: string
  readonly rows: readonly StepRow[]
}

interface StepRow {
  readonly feature: string
  readonly href: string
  readonly before: Verdict
  readonly after: Verdict
  /** `14–18` */
  readonly servers: string
}

/** Verdicts that differ on servers that both releases were run on; the latest step first. */
export function stepsOf(view: ResultsView, client: ClientFacts, root: string): StepView[] {
  const releases = sameFooting(view, client)
  return releases.slice(0, -1).flatMap((to, index) => {
    const from = releases[index + 1]
    return from ? [stepOf(view, [from, to], { client, root })] : []
  })
}

interface StepPlace {
  readonly client: ClientFacts
  readonly root: string
}

function stepOf(
  view: ResultsView,
  [from, to]: readonly [ClientFacts, ClientFacts],
  { client, root }: StepPlace,
): StepView {
  const found = differencesBetween(view, from, to)
  const groups = GROUPS.map(([change, title, word]) => ({
    title,
    word,
    rows: rowsOf(
      view,
      found.filter((one) => one.change === change),
      { to, root },
    ),
  })).filter(({ rows }) => rows.length > 0)
  const words = groups.map(({ rows, word }) => `${rows.length} ${word}`).join(', ')
  return {
    from: nameOf(from, to),
    to: nameOf(to, from),
    current: to === client,
    words: words || 'no verdict differs',
    groups,
  }
}

/** Kept: each release of a family has all of its steps on its page. */
function differencesBetween(view: ResultsView, from: ClientFacts, to: ClientFacts): readonly Difference[] {
  const known = steps.get(view) ?? new Map<string, readonly Difference[]>()
  steps.set(view, known)
  const key = `${from.id} ${to.id}`
  const found =
    known.get(key) ??
    differences(view.cellsOf('client', from.id), view.cellsOf('client', to.id), {
      client: false,
      server: true,
    })
  known.set(key, found)
  return found
}

const steps = new WeakMap<ResultsView, Map<string, readonly Difference[]>>()

/** `2.0.0 on asyncpg 0.27.0` where the driver changed with it. */
function nameOf({ version, driver }: ClientFacts, other: ClientFacts): string {
  if (!driver || driver.version === other.driver?.version) return version
  return `${version} on ${driver.family} ${driver.version}`
}

const GROUPS: readonly (readonly [Change, title: string, word: string])[] = [
  ['better', 'Better', 'better'],
  ['worse', 'Worse', 'worse'],
  ['moved', 'Other', 'other'],
]

interface Place {
  readonly to: ClientFacts
  readonly root: string
}

/** Servers on which a feature changed alike share a row; features stand as in the matrix. */
function rowsOf(view: ResultsView, found: readonly Difference[], { to, root }: Place): StepRow[] {
  return view.probes.flatMap((probe) => {
    const own = found.filter((one) => one.probe === probe.id)
    const keys = [...new Set(own.map(wayOf))]
    return keys.flatMap((key) => {
      const alike = own.filter((one) => wayOf(one) === key)
      const servers = view.servers.filter(({ id }) => alike.some(({ server }) => server === id))
      const [first, newest] = [alike[0], servers.at(-1)]
      if (!first?.before || !first.after || !newest) return []
      return [
        {
          feature: probe.title,
          href: `${root}${probePage(probe.id)}#${evidenceAnchor(to.id, newest.id)}`,
          before: first.before.verdict,
          after: first.after.verdict,
          servers: serverRange(servers, view.servers),
        },
      ]
    })
  })
}

function wayOf({ before, after }: Difference): string {
  return `${before?.verdict} ${after?.verdict}`
}
