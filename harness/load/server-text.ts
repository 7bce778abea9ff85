/** Writes new releases of servers into the text of `servers.yaml`, and takes images that are no longer used from that of their lock. */
import { isMap, isSeq } from 'yaml'
import type { ServerNews } from '../core/server-news.js'
import { replaceParts, scalarText, sourceOf, type Part } from './text-parts.js'
import { keyRange, nodeAt, nodeRange, parseText, type Path, type YamlFile } from './yaml-file.js'

/** What the registry says of a package: its tarball's integrity, by `name@version`. */
export type Integrities = ReadonlyMap<string, string>

/** @throws Error where the text has no such server, which no matrix that was loaded has */
export function withServer(text: string, news: ServerNews, integrities: Integrities): string {
  if (news.kind === 'major') return withMajor(text, news, integrities)
  const file = parseText(text)
  const path: Path = ['servers', indexOf(file, news.id)]
  const parts = [
    valuePart(file, [...path, 'version'], () => news.to),
    valuePart(file, [...path, 'image'], (image) => imageOf(image, news.from ?? '', news.to)),
    ...(news.kind === 'release' ? packageParts(file, path, { news, integrities }) : []),
    ...(news.kind === 'first' && !news.preview ? [linePart(text, keyRange(file, [...path, 'preview']))] : []),
  ].filter((part) => part !== undefined)
  const changed = replaceParts(text, parts)
  return news.kind === 'first' ? withBinaries(changed, news, integrities) : changed
}

/** `postgres:18.5-bookworm` for `postgres:18.4-bookworm`; an image whose tag has another form stays. */
export function imageOf(image: string, from: string, to: string): string {
  const colon = image.lastIndexOf(':') + 1
  const tag = image.slice(colon)
  const rest = tag.slice(from.length)
  const follows = tag.startsWith(from) && !/^[\w.]/.test(rest)
  return follows ? image.slice(0, colon) + to + rest : image
}

interface Packages {
  readonly news: ServerNews
  readonly integrities: Integrities
}

function packageParts(file: YamlFile, path: Path, { news, integrities }: Packages): Part[] {
  return news.packages.flatMap(({ platform, name, version }) => {
    const place = [...path, 'binaries', platform]
    const integrity = integrities.get(`${name}@${version}`) ?? ''
    return [
      valuePart(file, [...place, 'version'], () => version),
      valuePart(file, [...place, 'integrity'], () => integrity),
    ].filter((part) => part !== undefined)
  })
}

/** Undefined where there is no such key. */
function valuePart(file: YamlFile, path: Path, change: (value: string) => string): Part | undefined {
  const range = nodeRange(file, path)
  if (!range) return undefined
  const [start, end] = sourceOf([...range])
  return { start, end, change: (source) => scalarText(change(unquoted(source)), source) }
}

function unquoted(source: string): string {
  return source.replaceAll(/^(['"])(.*)\1$/g, '$2')
}

/** The whole line of a key with its comment, to be taken out. */
function linePart(text: string, range: readonly [number, number] | undefined): Part | undefined {
  if (!range) return undefined
  const end = text.indexOf('\n', range[1])
  const start = text.lastIndexOf('\n', range[0]) + 1
  return { start, end: end < 0 ? text.length : end + 1, change: () => '' }
}

function withBinaries(text: string, news: ServerNews, integrities: Integrities): string {
  const file = parseText(text)
  const end = itemEnd(file, indexOf(file, news.id))
  return text.slice(0, end) + binariesText({ news, integrities }) + text.slice(end)
}

function withMajor(text: string, news: ServerNews, integrities: Integrities): string {
  const file = parseText(text)
  const index = lastBelow(file, Number(news.id))
  const end = itemEnd(file, index)
  return text.slice(0, end) + majorText(text, news, integrities) + text.slice(end)
}

/** The entry of a new major, as the file would have it. */
export function majorText(text: string, news: ServerNews, integrities: Integrities): string {
  const file = parseText(text)
  const place: Path = ['servers', lastBelow(file, Number(news.id))]
  const [from, image] = ['version', 'image'].map((key) => file.document.getIn([...place, key]))
  const lines = [
    `  - id: '${news.id}'`,
    `    version: ${scalarText(news.to)}`,
    ...(news.preview ? ['    preview: true'] : []),
    ...(typeof image === 'string' ? [`    image: ${imageOf(image, String(from), news.to)}`] : []),
  ]
  return lines.map((line) => `${line}\n`).join('') + binariesText({ news, integrities })
}

function binariesText({ news, integrities }: Packages): string {
  const lines = news.packages.flatMap(({ platform, name, version }) => [
    `      ${platform}:`,
    `        name: ${scalarText(name)}`,
    `        version: ${version}`,
    `        integrity: ${integrities.get(`${name}@${version}`) ?? ''}`,
  ])
  return ['    binaries:', ...lines].map((line) => `${line}\n`).join('')
}

function ids(file: YamlFile): string[] {
  const servers = nodeAt(file, ['servers'])
  return isSeq(servers) ? servers.items.map((item) => (isMap(item) ? String(item.get('id')) : '')) : []
}

function indexOf(file: YamlFile, id: string): number {
  const index = ids(file).indexOf(id)
  if (index < 0) throw new Error(`no server ${id} in this text`)
  return index
}

/** The server after which a new major stands, and whose image it is like. */
function lastBelow(file: YamlFile, major: number): number {
  const all = ids(file)
  const before = all.filter((id) => Number(id) < major).toSorted((a, b) => Number(a) - Number(b))
  return all.indexOf(before.at(-1) ?? '')
}

/** Behind the last line of an entry, before comments and blank lines that follow. */
function itemEnd(file: YamlFile, index: number): number {
  const [, end] = nodeRange(file, ['servers', index]) ?? [0, 0]
  const { text } = file
  const last = text.slice(0, end).trimEnd().length
  const line = text.indexOf('\n', last)
  return line < 0 ? text.length : line + 1
}

/** Without the digests of images that nobody uses any more; the others keep theirs, and the new ones have none until they are locked. */
export function withoutImages(text: string, unused: readonly string[]): string {
  const file = parseText(text)
  const parts = unused.map((name) => linePart(text, keyRange(file, ['images', name])))
  const changed = replaceParts(
    text,
    parts.filter((part) => part !== undefined),
  )
  return changed.replace(/^images:\s*(?![^])/m, 'images: {}\n')
}
