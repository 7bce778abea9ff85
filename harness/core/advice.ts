/** What the clients of a project can do on a server, what breaks on the way to it, and which release would not. */
import type { Choice, ChosenClient, Unpaired } from './chosen-clients.js'
import { changeOf } from './difference.js'
import { candidatesFor, nearestThat } from './nearest.js'
import type { Cell } from './result.js'
import type { SiteData, SiteProbe, SiteServer } from './site-data.js'
import type { Tested } from './tested.js'
import { countVerdicts, isFact, type Counts, type Verdict } from './verdict.js'
import { isUsable, isWorse, turnOf, wayOf, type Turn } from './way.js'

export interface Advice {
  readonly on: SiteServer
  readonly from: SiteServer | null
  readonly clients: readonly ClientAdvice[]
  readonly unpaired: readonly Unpaired[]
  /** Packages that these results do not know. */
  readonly unknown: readonly string[]
}

export interface ClientAdvice {
  /** `psycopg2 2.9.10`, `Django 5.2.9 on psycopg2` */
  readonly title: string
  readonly tested: Tested
  /** What was tested of it: none, one, or two of which only what they agree on is said. */
  readonly clients: readonly { readonly id: string; readonly title: string }[]
  /** Titles of other families that are the same package. */
  readonly also: readonly string[]
  /** Releases under it that the project has otherwise: `psycopg2 2.9.13, not 2.9.10`. */
  readonly otherwise: readonly string[]
  /** All that it was asked on the server; none where it was not run there. */
  readonly features: readonly Feature[]
  readonly counts: Counts
  readonly groups: readonly { readonly title: string; readonly counts: Counts }[]
  readonly breaks: readonly Break[]
  /** Where it does not install, or refuses the server: a reason each. */
  readonly refusals: readonly Refusal[]
  readonly gains: readonly Gain[]
  /** The nearest release with which nothing is worse than on the server of before; null where nothing is, or none is known. */
  readonly keepsAll: string | null
}

export interface Feature {
  readonly probe: string
  readonly title: string
  readonly group: string
  /** Null where nothing is known: the two releases that stand for it differ. */
  readonly verdict: Verdict | null
  readonly reason: string
  readonly note: string | null
  /** Of what cannot be used: the nearest release that can. */
  readonly nearest: string | null
}

export interface Break extends Turn {
  readonly probe: string
  readonly title: string
  readonly was: Verdict
  readonly is: Verdict
  readonly reason: string
  readonly note: string | null
  /** The nearest release that would keep it. */
  readonly nearest: string | null
}

export interface Refusal {
  readonly reason: string
  readonly features: number
  /** Where it begins; null where it does not on the way. */
  readonly turn: Turn | null
  /** The nearest release that does not. */
  readonly nearest: string | null
}

export interface Gain {
  readonly probe: string
  readonly title: string
  readonly was: Verdict
  readonly is: Verdict
}

export interface Known {
  readonly data: Pick<SiteData, 'servers' | 'clients' | 'groups' | 'probes'>
  cell(server: string, client: string, probe: string): Cell | undefined
}

interface Asked {
  readonly on: SiteServer
  readonly from: SiteServer | null
}

export function advise(known: Known, choice: Choice, asked: Asked): Advice {
  const { unpaired, unknown } = choice
  return { ...asked, clients: choice.chosen.map((one) => adviseOn(known, one, asked)), unpaired, unknown }
}

/** Whether something gets worse, or a client refuses the server. */
export function isBreaking({ clients }: Advice): boolean {
  return clients.some(({ breaks, refusals }) => breaks.length + refusals.length > 0)
}

/** Whether anything is known of any client. */
export function saysSomething({ clients }: Advice): boolean {
  return clients.some(({ features }) => features.some(({ verdict }) => verdict !== null && isFact(verdict)))
}

function adviseOn(known: Known, chosen: ChosenClient, asked: Asked): ClientAdvice {
  const { title, tested, also, otherwise, clients } = chosen
  const at = { known, chosen, ...asked }
  const features = featuresOf(at)
  const steps = stepsOf(at)
  const breaks = breaksOf(at, steps)
  const refusals = refusalsOf(at, steps)
  return {
    ...{ title, tested, also, otherwise, features, breaks, refusals, ...countsOf(features) },
    clients: clients.map(({ id, title }) => ({ id, title })),
    gains: steps.filter(isGain).map(({ probe: { id, title }, was, is }) => ({ probe: id, title, was, is })),
    keepsAll: steps.length === 0 || breaks.length + refusals.length === 0 ? null : keepsAll(at, steps),
  }
}

interface At extends Asked {
  readonly known: Known
  readonly chosen: ChosenClient
}

/** What those that stand for a client agree on; undefined where none of them was asked. */
interface Said {
  readonly verdict: Verdict | null
  readonly reason: string
  readonly note: string | null
}

function said({ known, chosen }: At, server: SiteServer, probe: SiteProbe): Said | undefined {
  const cells = chosen.clients.map(({ id }) => known.cell(server.id, id, probe.id))
  if (cells.every((cell) => cell === undefined)) return undefined
  const last = cells.at(-1)
  if (last && cells.every((cell) => cell?.verdict === last.verdict)) return last
  const words = cells.map(
    (cell, n) => `${cell?.verdict ?? 'no result'} in ${chosen.clients[n]?.version ?? ''}`,
  )
  return { verdict: null, reason: words.join(', '), note: null }
}

function featuresOf(at: At): Feature[] {
  const { known, chosen, on } = at
  const candidates = candidatesFor(chosen)
  return known.data.probes.flatMap((probe) => {
    const seen = said(at, on, probe)
    if (!seen) return []
    const { verdict, reason, note } = seen
    const lacking = verdict === 'unsupported' || verdict === 'broken'
    const can = (id: string) => isUsable(known.cell(on.id, id, probe.id)?.verdict ?? 'not-run')
    return [
      {
        ...{ probe: probe.id, title: probe.title, group: known.data.groups[probe.group] ?? '' },
        ...{ verdict, reason, note },
        nearest: lacking ? nearestThat(candidates, ({ id }) => can(id)) : null,
      },
    ]
  })
}

function countsOf(features: readonly Feature[]): Pick<ClientAdvice, 'counts' | 'groups'> {
  const count = (some: readonly Feature[]) =>
    countVerdicts(some.flatMap(({ verdict }) => (verdict === null ? [] : [{ verdict }])))
  const groups = [...new Set(features.map(({ group }) => group))]
  return {
    counts: count(features),
    groups: groups.map((title) => ({
      title,
      counts: count(features.filter(({ group }) => group === title)),
    })),
  }
}

/** A feature of which both ends of the way are facts. */
interface Step {
  readonly probe: SiteProbe
  readonly was: Verdict
  readonly is: Verdict
  readonly said: Said
  readonly turn: Turn | undefined
}

function stepsOf(at: At): Step[] {
  const { known, on, from } = at
  if (!from) return []
  const way = wayOf(known.data.servers, from, on)
  return known.data.probes.flatMap((probe) => {
    const stops = way.map((server) => said(at, server, probe))
    const [first, last] = [stops[0], stops.at(-1)]
    const [was, is] = [factOf(first), factOf(last)]
    if (!last || was === null || is === null) return []
    return [{ probe, was, is, said: last, turn: turnOf(way, stops.map(factOf)) }]
  })
}

function factOf(said: Said | undefined): Verdict | null {
  return said?.verdict && isFact(said.verdict) ? said.verdict : null
}

function isGain({ was, is }: Step): boolean {
  return changeOf(was, is) === 'better' || (was === 'server' && isUsable(is))
}

function breaksOf({ known, chosen, on }: At, steps: readonly Step[]): Break[] {
  const candidates = candidatesFor(chosen)
  return steps.flatMap(({ probe, was, is, said: { reason, note }, turn }) => {
    if (!turn || is === 'refused') return []
    const nearest = nearestThat(candidates, ({ id }) => keeps(was, known.cell(on.id, id, probe.id)))
    return [{ probe: probe.id, title: probe.title, was, is, reason, note, ...turn, nearest }]
  })
}

function keeps(was: Verdict, cell: Cell | undefined): boolean {
  return cell !== undefined && isAnswer(cell.verdict) && !isWorse(was, cell.verdict)
}

/** A fact about what was asked, and not that it could not be. */
function isAnswer(verdict: Verdict): boolean {
  return isFact(verdict) && verdict !== 'refused'
}

/** Whether or not it refused the server before as well. */
function refusalsOf(at: At, steps: readonly Step[]): Refusal[] {
  const { known, chosen, on } = at
  const refused = known.data.probes.flatMap((probe) => {
    const seen = said(at, on, probe)
    return seen?.verdict === 'refused' ? [{ probe, reason: seen.reason }] : []
  })
  const candidates = candidatesFor(chosen)
  return [...new Set(refused.map(({ reason }) => reason))].map((reason) => {
    const probes = refused.filter((one) => one.reason === reason).map(({ probe }) => probe)
    const accepts = (id: string) =>
      probes.every((probe) => isAnswer(known.cell(on.id, id, probe.id)?.verdict ?? 'not-run'))
    return {
      ...{ reason, features: probes.length },
      turn: steps.find(({ probe, turn }) => turn !== undefined && probes.includes(probe))?.turn ?? null,
      nearest: nearestThat(candidates, ({ id }) => accepts(id)),
    }
  })
}

function keepsAll({ known, chosen, on }: At, steps: readonly Step[]): string | null {
  return nearestThat(candidatesFor(chosen), ({ id }) =>
    steps.every(({ probe, was }) => keeps(was, known.cell(on.id, id, probe.id))),
  )
}
