/** The clients of the matrix that a project's requirements name. */
import { combine } from './combined.js'
import { compareReleases } from './order.js'
import { normalName, type Requirement } from './requirements.js'
import type { ClientKind } from './matrix.js'
import type { SiteClient, SiteData, SiteFamily, SiteRelease } from './site-data.js'
import { type Tested, testedFor, versionsOf } from './tested.js'

/** A driver, an ORM on a driver, or a framework with both, as a project has it. */
export interface ChosenClient {
  /** `psycopg2 2.9.10`, `Django 5.2.9 on psycopg2` */
  readonly title: string
  /** What was tested of it; where there are two, only what they agree on holds. */
  readonly clients: readonly SiteClient[]
  readonly tested: Tested
  /** Releases under it that the project pins otherwise: `psycopg2 2.9.13, not 2.9.10`. */
  readonly otherwise: readonly string[]
  /** Titles of other families that are the same package: another implementation or interface. */
  readonly also: readonly string[]
  readonly requirement: Requirement
  /** All that were tested of its family on the same families of drivers, this release or not; of each release the first is the newest. */
  readonly releases: readonly SiteClient[]
}

/** A client of the matrix that was tested with something under it alone, and a project has none of that. */
export interface Unpaired {
  /** `Django 5.2.9` */
  readonly title: string
  /** `psycopg2`, `sqlalchemy on asyncpg` */
  readonly tested: readonly string[]
}

export interface Choice {
  readonly chosen: readonly ChosenClient[]
  readonly unpaired: readonly Unpaired[]
  /** Named packages that are no client of the matrix: nothing is said of them. */
  readonly unknown: readonly string[]
}

/** Other names of one driver: the wheel beside the source package, and parts of psycopg 3. */
const ALIASES: Readonly<Record<string, string>> = {
  'psycopg2-binary': 'psycopg2',
  'psycopg-binary': 'psycopg',
  'psycopg-c': 'psycopg',
}

/**
 * A package that brings an implementation in Python, and gets the other one from its parts, or from extras that ask for them.
 * https://www.psycopg.org/psycopg3/docs/basic/install.html
 */
const PURE: Readonly<{
  package: string
  family: string
  parts: readonly string[]
  extras: readonly string[]
}> = {
  ...{ package: 'psycopg', family: 'psycopg_python' },
  ...{ parts: ['psycopg-binary', 'psycopg-c'], extras: ['binary', 'c'] },
}

/** Whether it stands alone, and so is used in Python. */
function isPure(requirements: readonly Requirement[]): boolean {
  const named = (names: readonly string[]) => requirements.filter(({ name }) => names.includes(name))
  const extras = named([PURE.package]).flatMap(({ extras = [] }) => extras)
  return named(PURE.parts).length === 0 && !extras.some((extra) => PURE.extras.includes(extra))
}

/** What was tested. */
type Known = Pick<SiteData, 'families' | 'clients'>

export function chooseClients(requirements: readonly Requirement[], data: Known): Choice {
  const named = combine(requirements, ownName).map((requirement) => ({
    requirement,
    families: familiesOf(requirement, data, isPure(requirements)),
  }))
  const names = new Set(named.map(({ requirement }) => ownName(requirement.name)))
  const idsOf = (kind: ClientKind) =>
    named.flatMap(({ families }) => families.filter((family) => family.kind === kind).map(({ id }) => id))
  // Results of a selection may have what stands on a driver, and not the driver itself.
  const standing = (releases: readonly (SiteRelease | null)[]) =>
    releases.flatMap((release) => (release && names.has(normalName(release.family)) ? [release.family] : []))
  const under = {
    drivers: new Set([...idsOf('driver'), ...standing(data.clients.map(({ driver }) => driver))]),
    orms: new Set([...idsOf('orm'), ...standing(data.clients.map(({ orm }) => orm))]),
  }
  const pins = named.flatMap(({ requirement: { name, pinned } }) =>
    pinned === null ? [] : [{ name: ownName(name), pinned }],
  )
  const wanted = named.map(({ requirement, families }) => ({
    ...{ requirement, families },
    ways: families.flatMap((family) => ofFamily(family, requirement, { data, under, pins })),
  }))
  return {
    chosen: wanted.flatMap(({ ways }) => ways),
    unpaired: wanted.flatMap(({ requirement, families: [family], ways }) =>
      family === undefined || ways.length > 0 ? [] : [unpaired(family, requirement, data)],
    ),
    unknown: named.filter(({ families }) => families.length === 0).map(({ requirement }) => requirement.name),
  }
}

/** A package that several families share, such as the two interfaces of pg8000, is that of its own name; a framework may be an ORM as well. */
function familiesOf(requirement: Requirement, data: Known, pure: boolean): SiteFamily[] {
  const all = sharing(requirement, data)
  const own = ownName(requirement.name)
  const wanted = pure && own === PURE.package ? [PURE.family, own] : [own]
  const [first = all[0]] = wanted.flatMap((name) => all.find(({ id }) => id === name) ?? [])
  return all.filter((family) => family === first || family.kind !== first?.kind)
}

function sharing({ name }: Requirement, { families }: Known): SiteFamily[] {
  return families.filter((family) => ownName(family.package ?? family.id) === ownName(name))
}

function ownName(name: string): string {
  const normal = normalName(name)
  return ALIASES[normal] ?? normal
}

interface Surroundings {
  readonly data: Known
  readonly under: { readonly drivers: ReadonlySet<string>; readonly orms: ReadonlySet<string> }
  readonly pins: readonly { readonly name: string; readonly pinned: string }[]
}

/** One for each driver of the project that it is tested on. */
function ofFamily(
  family: SiteFamily,
  requirement: Requirement,
  { data, under, pins }: Surroundings,
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
    const title = titleOf(family, requirement, alike[0])
    return {
      ...{ title, clients: shown, tested, requirement, releases: alike },
      otherwise: otherwise(shown, pins),
      also: sharing(requirement, data)
        .filter((other) => other !== family && other.kind === family.kind)
        .map((other) => other.title),
    }
  })
}

function otherwise(clients: readonly SiteClient[], pins: Surroundings['pins']): string[] {
  const under = clients.flatMap(({ driver, orm }) => [orm, driver]).filter((release) => release !== null)
  const said = under.flatMap(({ family, version }) => {
    const own = pins.filter(({ name }) => name === normalName(family)).map(({ pinned }) => pinned)
    const same = own.length === 0 || own.some((pinned) => compareReleases(pinned, version) === 0)
    return same ? [] : [`${family} ${version}, not ${[...new Set(own)].join(' or ')}`]
  })
  return [...new Set(said)]
}

function unpaired(family: SiteFamily, requirement: Requirement, { clients }: Known): Unpaired {
  const ways = clients.filter((client) => client.family === family.id).map(wordsOf)
  return { title: titleOf(family, requirement, undefined), tested: [...new Set(ways)] }
}

function wordsOf({ driver, orm }: SiteClient): string {
  return [orm?.family, driver?.family].filter((name) => name !== undefined).join(' on ')
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
