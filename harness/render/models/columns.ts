/** The columns of the matrix: one for each family on each driver, or one for each release. */
import type { ClientFacts, FamilyFacts } from '../../core/result.js'
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

/** The newest release of each family, an ORM once for each driver under it. All drivers share one head. */
export function familyColumns({ families }: ResultsView, root: string): Columns {
  const plans = families.map(({ facts, clients }) => ({
    title: facts.kind === 'driver' ? 'Drivers' : facts.title,
    entries: newestOnEachDriver(clients).map((client) => ({ client, label: familyLabel(facts, client) })),
  }))
  return layOut(joinNeighbours(plans), root)
}

/** Every release; one head for each family. */
export function releaseColumns({ families }: ResultsView, root: string): Columns {
  return layOut(families.map(releasePlan), root)
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

function layOut(plans: readonly HeadPlan[], root: string): Columns {
  return {
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
