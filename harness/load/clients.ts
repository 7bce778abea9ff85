/** Families become clients: each release, and for an ORM each release on each of its drivers. */
import { clientId, parseRelease } from '../core/ids.js'
import type { Client, Family, Release } from '../core/matrix.js'
import { didYouMean } from '../core/suggest.js'
import type { LoadedFamilies, LoadedFamily } from './families.js'
import { readOptionalText, type Folder } from './folder.js'
import type { Problem } from './problem.js'
import { repeated } from './repeated.js'
import { valuePlace } from './yaml-file.js'

interface DriverRelease {
  readonly family: Family
  readonly release: Release
}

export async function loadClients(
  folder: Folder,
  { families, names }: LoadedFamilies,
  problems: Problem[],
): Promise<readonly Client[]> {
  const known = {
    drivers: driverReleases(families),
    broken: names.filter((name) => !isLoaded(families, name)),
  }
  const clients = families.flatMap((loaded) => clientsOf(loaded, known, problems))
  return Promise.all(
    clients.map(async (client) => ({ ...client, ...(await lockOf(folder, client, problems)) })),
  )
}

/** What stands in its lock file, if there is one. */
export async function lockOf(
  folder: Folder,
  { id }: Client,
  problems: Problem[],
): Promise<Pick<Client, 'lock'>> {
  const lock = await readOptionalText(folder, `locks/${id}.txt`, problems)
  return lock === undefined ? {} : { lock }
}

interface Known {
  readonly drivers: ReadonlyMap<string, DriverRelease>
  /** Families whose files could not be read: nobody else is blamed for them. */
  readonly broken: readonly string[]
}

function isLoaded(families: readonly LoadedFamily[], name: string): boolean {
  return families.some(({ family }) => family.id === name)
}

function clientsOf(loaded: LoadedFamily, known: Known, problems: Problem[]): Client[] {
  const { family } = loaded
  if (family.kind === 'driver') return family.releases.map((release) => driverClient({ family, release }))
  return family.releases.flatMap((release, index) => ormClients(loaded, { release, index }, known, problems))
}

function driverReleases(families: readonly LoadedFamily[]): Map<string, DriverRelease> {
  const drivers = families.filter(({ family }) => family.kind === 'driver')
  return new Map(
    drivers.flatMap(({ family }) =>
      family.releases.map((release) => [
        clientId({ family: family.id, version: release.version }),
        { family, release },
      ]),
    ),
  )
}

function driverClient({ family, release }: DriverRelease): Client {
  return {
    id: clientId({ family: family.id, version: release.version }),
    family,
    version: release.version,
    python: release.python,
    install: release.install,
    ...buildsOf([family]),
    pins: { [family.package]: release.version },
  }
}

function buildsOf(families: readonly Family[]): { readonly builds?: readonly string[] } {
  const builds = [...new Set(families.flatMap((family) => family.builds ?? []))]
  return builds.length > 0 ? { builds } : {}
}

function ormClients(
  { family, file }: LoadedFamily,
  { release, index }: { readonly release: Release; readonly index: number },
  { drivers, broken }: Known,
  problems: Problem[],
): Client[] {
  const twice = repeated(release.drivers)
  return release.drivers.flatMap((name, position) => {
    const driver = drivers.get(name)
    if (driver && !twice.includes(position)) return [ormClient({ family, release }, driver)]
    if (!driver && broken.includes(parseRelease(name)?.family ?? '')) return []
    const hint = driver ? undefined : didYouMean(name, candidates(name, [...drivers.keys()]))
    problems.push({
      place: valuePlace(file, ['releases', index, 'drivers', position]),
      message: driver ? `driver ${name} is listed twice` : `there is no driver release "${name}" in clients/`,
      ...(hint !== undefined && { hint }),
    })
    return []
  })
}

/** Releases of the same driver where there are any. */
function candidates(name: string, releases: readonly string[]): readonly string[] {
  const family = parseRelease(name)?.family
  const sameFamily = releases.filter((one) => parseRelease(one)?.family === family)
  return sameFamily.length > 0 ? sameFamily : releases
}

function ormClient({ family, release }: DriverRelease, driver: DriverRelease): Client {
  const under = { family: driver.family.id, version: driver.release.version }
  return {
    id: clientId({ family: family.id, version: release.version }, under),
    family,
    version: release.version,
    driver: under,
    python: [
      ...new Set(`${release.python},${driver.release.python}`.split(',').map((clause) => clause.trim())),
    ].join(','),
    install: [...release.install, ...driver.release.install],
    ...buildsOf([family, driver.family]),
    pins: { [family.package]: release.version, [driver.family.package]: driver.release.version },
  }
}
