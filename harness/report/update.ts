/** What `pgmatrix update` found and wrote, as text. */
import type { RaisedDriver, ReleaseNews } from '../core/news.js'
import type { ServerNews } from '../core/server-news.js'

interface WrittenRelease extends ReleaseNews {
  readonly python: string
  readonly drivers: readonly string[]
  readonly raised: readonly RaisedDriver[]
  readonly held: readonly (RaisedDriver & { readonly reason: string })[]
}

/** New, and for somebody to write. */
export interface NotWritten {
  readonly id: string
  readonly from: string | null
  readonly to: string
  readonly date: string | null
  readonly reason: string
  /** What could be added. */
  readonly entry?: string
}

export interface UpdateReport {
  readonly dryRun: boolean
  readonly entries: readonly WrittenRelease[]
  readonly servers: readonly (ServerNews & { readonly date: string | null })[]
  readonly notWritten: readonly NotWritten[]
  readonly ended: readonly { readonly server: string; readonly endOfLife: string }[]
  readonly withdrawn: readonly { readonly release: string; readonly reason: string }[]
  readonly toBeChecked: readonly { readonly family: string; readonly asOf: string }[]
  readonly stays: readonly { readonly id: string; readonly version: string; readonly reason: string | null }[]
  /** Written, or with a dry run to be written; relative to the matrix folder. */
  readonly files: readonly string[]
}

/** Whether the registries have something that the matrix has not. */
export function hasNews({ entries, servers, notWritten }: UpdateReport): boolean {
  return entries.length + servers.length + notWritten.length > 0
}

export function describeUpdate(report: UpdateReport): string {
  const sections = [
    ...section('New', newRows(report)),
    ...section('New, to be written by hand', report.notWritten.flatMap(notWrittenLines)),
    ...section(
      'End of life',
      table(report.ended.map(({ server, endOfLife }) => [`PostgreSQL ${server}`, `since ${endOfLife}`])),
    ),
    ...section('Withdrawn', table(report.withdrawn.map(({ release, reason }) => [release, reason]))),
    ...section(
      'Maintenance to be checked: stated long ago, or refuted by a release',
      table(report.toBeChecked.map(({ family, asOf }) => [family, `as of ${asOf}`])),
    ),
    ...section('Stays', staying(report)),
  ]
  return [...sections, outcome(report)].join('\n\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join('\n')]
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function newRows({ entries, servers }: UpdateReport): string[] {
  const rows = [
    ...entries.map(({ family, from, to, date, python, drivers }) => {
      const what = drivers.length === 0 ? `Python ${python}` : `Python ${python}, on ${drivers.join(', ')}`
      return [family, from, `→ ${to}`, date ?? '', what]
    }),
    ...servers.map(({ id, from, to, date, packages }) => {
      const platforms = packages.map(({ platform }) => platform).join(', ')
      return [`PostgreSQL ${id}`, from ?? '', `→ ${to}`, date ?? '', platforms]
    }),
  ]
  const drivers = entries.flatMap(({ family, to, raised, held }) => [
    ...raised.map((one) => `${family} ${to}: ${one.from} under it became ${one.to}`),
    ...held.map((one) => `${family} ${to}: keeps ${one.from}, for with ${one.to}: ${oneLine(one.reason)}`),
  ])
  const majors = servers
    .filter(({ kind, preview }) => kind !== 'release' && !preview)
    .map(({ id }) => `PostgreSQL ${id}: its end-of-life is to be added to servers.yaml`)
  return [...table(rows), ...drivers, ...majors]
}

function notWrittenLines({ id, from, to, date, reason, entry }: NotWritten): string[] {
  const day = date === null ? '' : ` of ${date}`
  const lines = [`${id}  ${from === null ? '' : `${from} → `}${to}${day}: ${reason}`]
  return entry === undefined ? lines : [...lines, ...entry.trimEnd().split('\n')]
}

function staying({ stays }: UpdateReport): string[] {
  const plain = stays.filter(({ reason }) => reason === null).map(({ id, version }) => `${id} ${version}`)
  const others = stays.filter(({ reason }) => reason !== null)
  return [
    ...(plain.length === 0 ? [] : [plain.join(', ')]),
    ...others.map(({ id, version, reason }) => `${id} ${version}: ${oneLine(reason ?? '')}`),
  ]
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function outcome(report: UpdateReport): string {
  const { dryRun, files, entries, servers } = report
  if (!hasNews(report)) return 'Nothing is new.'
  if (files.length === 0) return 'Nothing was written.'
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`
  if (dryRun) return `A dry run: ${count} would be written: ${files.join(', ')}`
  const words = [
    ...servers.map(({ id }) => `'${id}/*'`),
    ...entries.map(({ family, to }) => `'*/${family}-${to}*'`),
  ]
  const images = servers.length > 0 ? ['`pgmatrix lock --images` for the digests of the images'] : []
  const next = [...images, `\`pgmatrix run ${words.join(' ')}\``].join(', then ')
  return `Written: ${count}: ${files.join(', ')}\nNext: ${next}`
}
