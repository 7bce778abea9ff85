/** What the registries have of a matrix's families and servers. */
import { newestRelease, withdrawn, type Distribution, type Newest } from '../clients/newest.js'
import type { Family, Server } from '../core/matrix.js'
import { newestOf } from '../core/news.js'
import { newMajors, newRelease, packageNames, type ServerNews } from '../core/server-news.js'
import { npmIntegrity, npmVersions } from '../servers/npm.js'
import type { Setting } from '../tools/setting.js'
import { askAll } from './failures.js'

interface Question {
  readonly setting: Setting
  /** Pre-releases and previews too. */
  readonly pre: boolean
}

/** Of each family: the newest release of its distribution. @throws EnvironmentError */
export async function lookUpFamilies(
  families: readonly Family[],
  { setting, pre }: Question,
): Promise<ReadonlyMap<Family, Newest>> {
  // Some families are the same distribution, used in two ways.
  const asked = new Map(families.map((family) => [JSON.stringify(distributionOf(family)), family]))
  const answers = await askAll([...asked], async ([key, family]) => {
    return [key, await newestRelease(distributionOf(family), { pre }, setting)] as const
  })
  const found = new Map(answers)
  return new Map(
    families.flatMap((family) => {
      const answer = found.get(JSON.stringify(distributionOf(family)))
      return answer ? [[family, answer] as const] : []
    }),
  )
}

function distributionOf(family: Family, release = newestOf(family)): Distribution {
  const { package: name, builds = [] } = family
  return { name, built: builds.includes(name), python: release.python }
}

export interface Withdrawn {
  /** `psycopg2-2.9.13` */
  readonly release: string
  readonly reason: string
}

/** Releases of the matrix that were yanked, or are gone from the index. @throws EnvironmentError */
export async function lookUpWithdrawn(families: readonly Family[], setting: Setting): Promise<Withdrawn[]> {
  const releases = families.flatMap((family) => family.releases.map((release) => ({ family, release })))
  const answers = await askAll(releases, async ({ family, release }) => {
    const reason = await withdrawn(distributionOf(family, release), release.version, setting)
    return reason === undefined ? [] : [{ release: `${family.id}-${release.version}`, reason }]
  })
  return answers.flat()
}

export interface FoundServers {
  readonly news: readonly DatedNews[]
  /** Of what can be written. */
  readonly integrities: ReadonlyMap<string, string>
}

/** With the day on which the packages came, of the first platform; null where the registry does not say. */
export type DatedNews = ServerNews & { readonly date: string | null }

/** @param chosen of the matrix's; new majors are looked for where `majors` says so @throws EnvironmentError */
export async function lookUpServers(
  servers: readonly Server[],
  chosen: readonly Server[],
  { pre, majors }: { readonly pre: boolean; readonly majors: boolean },
): Promise<FoundServers> {
  const names = packageNames(servers)
  const own = chosen.flatMap(({ binaries }) => Object.values(binaries).map(({ name }) => name))
  const asked = [...new Set([...own, ...names.values()])]
  const found = chosen.length === 0 ? [] : await askAll(asked, (name) => npmVersions(name))
  const published = new Map(asked.map((name, index) => [name, found[index]?.versions ?? []]))
  const question = { published, pre }
  const news = [
    ...chosen.flatMap((server) => newRelease(server, names, question) ?? []),
    ...(majors ? newMajors(servers, names, question) : []),
  ]
  const dayOf = ({ packages: [first] }: ServerNews) =>
    (first && found[asked.indexOf(first.name)]?.days.get(first.version)) ?? null
  return {
    news: news.map((one) => ({ ...one, date: dayOf(one) })),
    integrities: await lookUpIntegrities(news),
  }
}

async function lookUpIntegrities(news: readonly ServerNews[]): Promise<ReadonlyMap<string, string>> {
  const wanted = news.filter(({ missing }) => missing.length === 0).flatMap(({ packages }) => packages)
  const answers = await askAll(wanted, async ({ name, version }) => {
    return [`${name}@${version}`, await npmIntegrity(name, version)] as const
  })
  return new Map(answers)
}
