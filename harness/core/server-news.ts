/** Which PostgreSQL releases are new among the npm packages with binaries, whose versions begin with PostgreSQL's: `18.4.0-beta.17`. */
import type { Server } from './matrix.js'
import { compareReleases } from './order.js'

/** The versions that the registry has, by npm package. */
export type Published = ReadonlyMap<string, readonly string[]>

export interface NewPackage {
  readonly platform: string
  readonly name: string
  readonly version: string
}

/**
 * `release`: another release of a server that has binaries · `first`: of one that is an image alone so far, such as a preview
 * · `major`: of a server that is not in the matrix
 */
export interface ServerNews {
  readonly kind: 'release' | 'first' | 'major'
  readonly id: string
  /** Null for a new major. */
  readonly from: string | null
  readonly to: string
  readonly preview: boolean
  readonly packages: readonly NewPackage[]
  /** Platforms that do not have it (yet): those listed of a release, linux-x64 of the others. Nothing is written then. */
  readonly missing: readonly string[]
}

interface Packaged {
  readonly major: number
  /** As PostgreSQL writes it: `18.4`, `19rc1`. */
  readonly release: string
  readonly preview: boolean
}

/** Undefined where it is no version of PostgreSQL. */
export function packagedRelease(version: string): Packaged | undefined {
  const [, major, minor, preview] = /^(\d+)\.(\d+)\.\d+(?:-((?:beta|rc)\d+)(?![.\d]))?/.exec(version) ?? []
  if (major === undefined || minor === undefined) return undefined
  if (preview !== undefined) return { major: Number(major), release: major + preview, preview: true }
  return { major: Number(major), release: `${major}.${minor}`, preview: false }
}

/** Names of the packages by platform, as the newest server that has some lists them. */
export function packageNames(servers: readonly Server[]): ReadonlyMap<string, string> {
  const newest = servers.findLast(({ binaries }) => Object.keys(binaries).length > 0)
  return new Map(Object.entries(newest?.binaries ?? {}).map(([platform, { name }]) => [platform, name]))
}

interface Question {
  readonly published: Published
  /** Previews too. */
  readonly pre: boolean
}

/** What is new of one server of the matrix. @param names of the packages, by platform, where it has none of its own */
export function newRelease(
  server: Server,
  names: ReadonlyMap<string, string>,
  question: Question,
): ServerNews | undefined {
  const { id, major, version: from, binaries } = server
  const own = new Map(Object.entries(binaries).map(([platform, { name }]) => [platform, name]))
  const kind = own.size > 0 ? 'release' : 'first'
  const found = newest(own.size > 0 ? own : names, major, question)
  if (!found || compareReleases(found.to, from) <= 0) return undefined
  return { kind, id, from, ...found, missing: kind === 'release' ? found.missing : withoutBasis(found) }
}

/** Majors that the matrix does not have, from the newest that it has on. */
export function newMajors(
  servers: readonly Server[],
  names: ReadonlyMap<string, string>,
  question: Question,
): ServerNews[] {
  const highest = Math.max(...servers.map(({ major }) => major))
  const versions = [...names.values()].flatMap((name) => question.published.get(name) ?? [])
  const majors = new Set(versions.flatMap((version) => packagedRelease(version)?.major ?? []))
  return [...majors]
    .filter((major) => major > highest)
    .toSorted((a, b) => a - b)
    .flatMap((major) => {
      const found = newest(names, major, question)
      if (!found) return []
      return [{ kind: 'major', id: String(major), from: null, ...found, missing: withoutBasis(found) }]
    })
}

type Found = Pick<ServerNews, 'to' | 'preview' | 'packages' | 'missing'>

function newest(
  names: ReadonlyMap<string, string>,
  major: number,
  { published, pre }: Question,
): Found | undefined {
  const all = [...names].flatMap(([platform, name]) =>
    (published.get(name) ?? []).flatMap((version) => {
      const packaged = packagedRelease(version)
      const wanted = packaged?.major === major && (pre || !packaged.preview)
      return wanted ? [{ platform, name, version, packaged }] : []
    }),
  )
  const last = all.toSorted((a, b) => compareReleases(a.packaged.release, b.packaged.release)).at(-1)
  if (!last) return undefined
  const { release: to, preview } = last.packaged
  const packages = [...names].flatMap(([platform]) => {
    const builds = all.filter((one) => one.platform === platform && one.packaged.release === to)
    const build = builds.toSorted((a, b) => compareReleases(a.version, b.version)).at(-1)
    return build ? [{ platform, name: build.name, version: build.version }] : []
  })
  const there = new Set(packages.map(({ platform }) => platform))
  return { to, preview, packages, missing: [...names.keys()].filter((platform) => !there.has(platform)) }
}

/** What every server with binaries is to be had for: the platform that the tests run on. */
const BASIS = 'linux-x64'

function withoutBasis({ packages }: Found): string[] {
  return packages.some(({ platform }) => platform === BASIS) ? [] : [BASIS]
}
