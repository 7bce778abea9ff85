/** The columns of the matrix: one for each family on each driver, or one for each release. */
import type { ClientFacts, FamilyFacts } from '../../core/result.js'
import type { Verdict } from '../../core/verdict.js'
import { clientPage } from './address.js'
import { kindWords } from './standing.js'
import type { FamilyView, ResultsView } from './view.js'

export interface Column {
  readonly client: ClientFacts
  readonly href: string
  /** Of all its releases: `asyncpg`, `sqlalchemy+asyncpg`. */
  readonly id: string
  /** `asyncio driver, unmaintained` */
  readonly kind: string
  /** Upper line: the name, or the release where the head above has the name. */
  readonly name: string
  /** Lower line; empty where there is nothing to add. */
  readonly detail: string
  /** First column of its head: a line separates it from the one before. */
  readonly first: boolean
}

/** A heading over neighbouring columns. */
export interface ColumnHead {
  readonly title: string
  readonly span: number
}

export interface Columns {
  readonly heads: readonly ColumnHead[]
  readonly columns: readonly Column[]
  /** Those that were left out. */
  readonly absent: readonly ClientFacts[]
}

interface Label {
  readonly name: string
  readonly detail: string
  readonly kind: string
}

interface HeadPlan {
  readonly title: string
  readonly entries: readonly { readonly client: ClientFacts; readonly label: Label }[]
}

/**
 * The newest release of each family, an ORM once for each driver under it. All drivers share one head. Clients that never ran
 * anywhere, such as those that no longer install, have nothing to compare.
 */
export function familyColumns(view: ResultsView, root: string): Columns {
  const shown = view.families.map(({ facts, clients }) => ({ facts, newest: newestOnEachDriver(clients) }))
  const ran = new Set(shown.flatMap(({ newest }) => newest).filter((client) => ranAnywhere(view, client)))
  const hasColumn = (client: ClientFacts) => ran.size === 0 || ran.has(client)
  const plans = shown.map(({ facts, newest }) => ({
    title: facts.kind === 'driver' ? 'Drivers' : facts.title,
    entries: newest.filter(hasColumn).map((client) => ({ client, label: familyLabel(facts, client) })),
  }))
  const absent = shown.flatMap(({ newest }) => newest.filter((client) => !hasColumn(client)))
  return layOut(joinNeighbours(plans.filter(({ entries }) => entries.length > 0)), { root, absent })
}

const NEVER_RAN: readonly Verdict[] = ['refused', 'not-run']

function ranAnywhere(view: ResultsView, client: ClientFacts): boolean {
  const cells = view.cellsOf('client', client.id)
  return cells.length === 0 || cells.some(({ verdict }) => !NEVER_RAN.includes(verdict))
}

/** Every release; one head for each family. */
export function releaseColumns({ families }: ResultsView, root: string): Columns {
  return layOut(families.map(releasePlan), { root, absent: [] })
}

function releasePlan({ facts, clients }: FamilyView): HeadPlan {
  const entries = clients.map((client) => ({
    client,
    label: {
      name: client.version,
      detail: client.driver ? `on ${client.driver.family}` : '',
      kind: kindWords(facts),
    },
  }))
  return { title: facts.title, entries }
}

function newestOnEachDriver(clients: readonly ClientFacts[]): ClientFacts[] {
  const driverOf = (client: ClientFacts) => client.driver?.family ?? ''
  const first = (client: ClientFacts) => clients.find((other) => driverOf(other) === driverOf(client))
  return clients.filter((client) => first(client) === client)
}

function familyLabel(facts: FamilyFacts, { version, driver }: ClientFacts): Label {
  return { name: driver ? `on ${driver.family}` : facts.title, detail: version, kind: kindWords(facts) }
}

function joinNeighbours(plans: readonly HeadPlan[]): HeadPlan[] {
  return plans.reduce<HeadPlan[]>((joined, plan) => {
    const last = joined.at(-1)
    if (last?.title !== plan.title) return [...joined, plan]
    return [...joined.slice(0, -1), { title: plan.title, entries: [...last.entries, ...plan.entries] }]
  }, [])
}

interface Beside {
  readonly root: string
  readonly absent: readonly ClientFacts[]
}

function layOut(plans: readonly HeadPlan[], { root, absent }: Beside): Columns {
  return {
    absent,
    heads: plans.map(({ title, entries }) => ({ title, span: entries.length })),
    columns: plans.flatMap(({ entries }) =>
      entries.map(({ client, label }, index) => ({
        client,
        href: root + clientPage(client.id),
        id: client.driver ? `${client.family}+${client.driver.family}` : client.family,
        ...label,
        first: index === 0,
      })),
    ),
  }
}
