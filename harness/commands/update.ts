/** `pgmatrix update`: new releases of clients and servers, from the registries into the matrix; and what is past its time. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'
import type { Newest } from '../clients/newest.js'
import type { Family, Matrix, Server } from '../core/matrix.js'
import { frameworkOf } from '../core/ids.js'
import { ended, isWritable, newestOf, releaseNews, toBeChecked, type ReleaseNews } from '../core/news.js'
import { UsageError } from '../core/runtime.js'
import { majorText } from '../load/server-text.js'
import type { NotWritten, UpdateReport } from '../report/update.js'
import { ownSetting, type Setting } from '../tools/setting.js'
import { lookUpFamilies, lookUpServers, lookUpWithdrawn, type FoundServers } from '../update/look-up.js'
import { propose } from '../update/propose.js'
import { replaceFiles } from '../update/replace-files.js'

export interface UpdateOptions {
  readonly folder: string
  readonly matrix: Matrix
  /** Globs over ids of families and servers; none means all. */
  readonly what: readonly string[]
  /** Pre-releases of clients and previews of servers too. */
  readonly pre: boolean
  readonly dryRun: boolean
  /** `2026-11-26` */
  readonly today: string
  readonly setting?: Setting
  readonly onProgress?: (words: string) => void
}

/**
 * Everything is asked, resolved and checked before the first file is written.
 * @throws UsageError where nothing matches; EnvironmentError where a registry fails or something cannot be resolved: nothing was changed
 */
export async function update(options: UpdateOptions): Promise<UpdateReport> {
  const { folder, matrix, pre, dryRun, today, setting = ownSetting(), onProgress = () => {} } = options
  const { families, servers, all } = chosen(options)
  const living = families.filter(({ withoutRecipes = false }) => !withoutRecipes)
  if (living.length > 0) onProgress(`asking the package index for ${living.length} families`)
  const newest = await lookUpFamilies(living, { setting, pre })
  const withdrawn = await lookUpWithdrawn(living, setting)
  if (servers.length > 0) onProgress(`asking npm for ${servers.length} servers`)
  const found = await lookUpServers(matrix.servers, servers, { pre, majors: all })
  const news = living.flatMap((family) => newsOf(family, newest.get(family)))
  const releases = news.filter((one) => reasonAgainst(one, matrix) === undefined)
  const written = found.news.filter(({ missing }) => missing.length === 0)
  if (releases.length > 0) onProgress(`resolving ${releases.length} new releases`)
  const proposal =
    releases.length + written.length === 0
      ? { entries: [], files: new Map<string, string>() }
      : await propose({ ...{ folder, matrix, releases, setting }, servers: written, ...found })
  if (!dryRun) await replaceFiles(folder, proposal.files)
  return {
    dryRun,
    entries: proposal.entries,
    servers: written,
    notWritten: [...notWrittenReleases(news, matrix), ...(await notWrittenServers(folder, found))],
    ended: ended(servers, today).map(({ id, endOfLife = '' }) => ({ server: id, endOfLife })),
    withdrawn,
    toBeChecked: toBeChecked(families, news, today).map(({ id, maintenance }) => ({
      family: id,
      asOf: maintenance?.asOf ?? '',
    })),
    stays: [
      ...families.filter((family) => !isNews(news, family)).map((family) => stayingFamily(family, newest)),
      ...servers.filter(({ id }) => !found.news.some((one) => one.id === id)).map(stayingServer),
    ],
    files: [...proposal.files.keys()],
  }
}

interface Chosen {
  readonly families: readonly Family[]
  /** Without those behind poolers. */
  readonly servers: readonly Server[]
  readonly all: boolean
}

function chosen({ matrix, what }: UpdateOptions): Chosen {
  const all = what.length === 0
  const wanted = all ? () => true : picomatch([...what])
  const families = matrix.families.filter(({ id }) => wanted(id))
  const servers = matrix.servers.filter(({ id, pooler }) => !pooler && wanted(id))
  if (families.length + servers.length > 0) return { families, servers, all }
  const ids = [...matrix.families, ...matrix.servers.filter(({ pooler }) => !pooler)].map(({ id }) => id)
  throw new UsageError(`no family and no server matches ${what.join(' ')}; there are ${ids.join(', ')}`)
}

function newsOf(family: Family, newest: Newest | undefined): ReleaseNews[] {
  const news = newest?.kind === 'found' ? releaseNews(family, newest) : undefined
  return news ? [news] : []
}

function isNews(news: readonly ReleaseNews[], { id }: Family): boolean {
  return news.some(({ family }) => family === id)
}

/** Why a new release is told and not written; undefined where it is. */
function reasonAgainst({ family: id, to }: ReleaseNews, matrix: Matrix): string | undefined {
  const family = matrix.families.find((one) => one.id === id)
  if (!isWritable(to)) return 'its version has a form that the matrix has not'
  if (family?.kind !== 'stack') return undefined
  const framework = frameworkOf(id)
  return `a framework has one release: change version in stacks/${framework}.yaml, then \`pgmatrix lock '${framework}-*'\``
}

function notWrittenReleases(news: readonly ReleaseNews[], matrix: Matrix): NotWritten[] {
  return news.flatMap((one) => {
    const reason = reasonAgainst(one, matrix)
    return reason === undefined
      ? []
      : [{ id: one.family, from: one.from, to: one.to, date: one.date, reason }]
  })
}

async function notWrittenServers(folder: string, { news }: FoundServers): Promise<NotWritten[]> {
  const left = news.filter(({ missing }) => missing.length > 0)
  if (left.length === 0) return []
  const text = await readFile(path.join(folder, 'servers.yaml'), 'utf8')
  return left.map((one) => {
    const reason = `there is no package for ${one.missing.join(', ')} yet`
    const entry = one.kind === 'major' ? majorText(text, one, new Map()) : undefined
    return {
      id: one.id,
      from: one.from,
      to: one.to,
      date: one.date,
      reason,
      ...(entry !== undefined && { entry }),
    }
  })
}

function stayingFamily(family: Family, newest: ReadonlyMap<Family, Newest>): UpdateReport['stays'][number] {
  const { id, withoutRecipes = false } = family
  const { version } = newestOf(family)
  if (withoutRecipes) return { id, version, reason: 'cannot be installed any more, and was not asked for' }
  const answer = newest.get(family)
  return { id, version, reason: answer?.kind === 'none' ? answer.reason : null }
}

function stayingServer({ id, version, binaries }: Server): UpdateReport['stays'][number] {
  const hasNone = Object.keys(binaries).length === 0
  return { id, version, reason: hasNone ? 'an image alone, and no package has its release' : null }
}
