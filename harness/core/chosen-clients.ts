/** The clients of the matrix that a project's requirements name. */
import { normalName, type Requirement } from './requirements.js'
import type { SiteClient, SiteData, SiteFamily } from './site-data.js'
import { type Tested, testedFor, versionsOf } from './tested.js'

/** A driver, an ORM on a driver, or a framework with both, as a project has it. */
export interface ChosenClient {
  /** `psycopg2 2.9.10`, `Django 5.2.9 on psycopg2` */
  readonly title: string
  /** What was tested of it; where there are two, only what they agree on holds. */
  readonly clients: readonly SiteClient[]
  readonly tested: Tested
}

export interface Choice {
  readonly chosen: readonly ChosenClient[]
  /** Named packages that are no client of the matrix: nothing is said of them. */
  readonly unknown: readonly string[]
}

/** Other names of one driver: the wheel beside the source package, and parts of psycopg 3. */
const ALIASES: Readonly<Record<string, string>> = {
  'psycopg2-binary': 'psycopg2',
  'psycopg-binary': 'psycopg',
  'psycopg-c': 'psycopg',
}

export function chooseClients(requirements: readonly Requirement[], data: SiteData): Choice {
  const named = requirements.map((requirement) => ({ requirement, families: familiesOf(requirement, data) }))
  const drivers = named.flatMap(({ families }) =>
    families.filter(({ kind }) => kind === 'driver').map(({ id }) => id),
  )
  const orms = named.flatMap(({ families }) =>
    families.filter(({ kind }) => kind === 'orm').map(({ id }) => id),
  )
  const under = { drivers: new Set(drivers), orms: new Set(orms) }
  return {
    chosen: named.flatMap(({ requirement, families }) =>
      families.flatMap((family) => ofFamily(family, requirement, { data, under })),
    ),
    unknown: named.filter(({ families }) => families.length === 0).map(({ requirement }) => requirement.name),
  }
}

/** A package that several families share, such as the two interfaces of pg8000, is that of its own name; a framework may be an ORM as well. */
function familiesOf({ name }: Requirement, { families }: SiteData): SiteFamily[] {
  const wanted = ownName(name)
  const sharing = families.filter((family) => ownName(family.package ?? family.id) === wanted)
  const first = sharing.find(({ id }) => id === wanted) ?? sharing[0]
  return sharing.filter((family) => family === first || family.kind !== first?.kind)
}

function ownName(name: string): string {
  const normal = normalName(name)
  return ALIASES[normal] ?? normal
}

interface Surroundings {
  readonly data: SiteData
  readonly under: { readonly drivers: ReadonlySet<string>; readonly orms: ReadonlySet<string> }
}

/** One for each driver of the project that it is tested on. */
function ofFamily(
  family: SiteFamily,
  requirement: Requirement,
  { data, under }: Surroundings,
): ChosenClient[] {
  const clients = data.clients.filter(
    (client) =>
      client.family === family.id &&
      (client.driver === null || under.drivers.has(client.driver.family)) &&
      (client.orm === null || under.orms.has(client.orm.family)),
  )
  const ways = [...new Set(clients.map(wayOf))]
  return ways.map((way) => {
    const alike = clients.filter((client) => wayOf(client) === way)
    const tested = testedFor(
      requirement,
      alike.map(({ version }) => version),
    )
    const versions = versionsOf(tested)
    const shown = versions.flatMap((version) => alike.find((client) => client.version === version) ?? [])
    return { title: titleOf(family, requirement, alike[0]), clients: shown, tested }
  })
}

/** What it stands on, without releases. */
function wayOf({ driver, orm }: SiteClient): string {
  return `${orm?.family ?? ''} ${driver?.family ?? ''}`
}

function titleOf(
  { title }: SiteFamily,
  { range, pinned }: Requirement,
  client: SiteClient | undefined,
): string {
  const orm = client?.orm ? ` with ${client.orm.family}` : ''
  const driver = client?.driver ? ` on ${client.driver.family}` : ''
  return `${title} ${pinned ?? range}`.trim() + orm + driver
}
