/** What a matrix would be with the new releases: made and checked in a copy of its folder, resolved, and not written yet. */
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { supportedPythons } from '../clients/newest.js'
import { lockClient } from '../clients/lock.js'
import type { Client, Family, Matrix, Server } from '../core/matrix.js'
import { newestOf, raisedDrivers, withRaised, type RaisedDriver, type ReleaseNews } from '../core/news.js'
import type { ServerNews } from '../core/server-news.js'
import { EnvironmentError } from '../core/runtime.js'
import { IMAGE_LOCK, matrixImages } from '../load/images.js'
import { readMatrix } from '../load/load.js'
import { formatProblem } from '../load/problem.js'
import { installOf, withRelease } from '../load/release-text.js'
import { imageOf, withoutImages, withServer, type Integrities } from '../load/server-text.js'
import type { Setting } from '../tools/setting.js'
import { temporaryFolder, type TemporaryFolder } from '../temporary.js'
import { askAll, nothingChanged } from './failures.js'
import type { Files } from './replace-files.js'

export interface Wanted {
  readonly folder: string
  readonly matrix: Matrix
  readonly releases: readonly ReleaseNews[]
  readonly servers: readonly ServerNews[]
  readonly integrities: Integrities
  readonly setting: Setting
}

export interface Entry extends ReleaseNews {
  readonly python: string
  /** Empty for a driver. */
  readonly drivers: readonly string[]
  readonly raised: readonly RaisedDriver[]
  /** Drivers that have a newer release, which this one does not go with, and why. */
  readonly held: readonly (RaisedDriver & { readonly reason: string })[]
}

export interface Proposal {
  readonly entries: readonly Entry[]
  /** Locks first: an entry without its lock would be half of it. */
  readonly files: Files
}

/** @throws EnvironmentError where something cannot be resolved; nothing was changed then */
export async function propose(wanted: Wanted): Promise<Proposal> {
  const families = new Map(wanted.matrix.families.map((family) => [family.id, family]))
  const entries = await askAll(wanted.releases, async (news) => {
    const family = families.get(news.family)
    if (!family) throw new RangeError(`no family ${news.family}`)
    return entryOf(wanted, family, news)
  })
  await using copy = await copyOf(wanted)
  return await lockedProposal(wanted, entries, copy)
}

async function entryOf(
  { folder, matrix, releases, setting }: Wanted,
  family: Family,
  news: ReleaseNews,
): Promise<Entry> {
  const { python, drivers, version: like } = newestOf(family)
  const text = await readFile(path.join(folder, clientFile(news)), 'utf8')
  const wanted = {
    ...{ id: `${family.id}-${news.to}`, python, builds: family.builds ?? [] },
    install: installOf(text, like, news.to),
  }
  const supported = await supportedPythons(wanted, setting)
  if (supported.kind === 'refused')
    throw new EnvironmentError(`${wanted.id} cannot be resolved: ${supported.reason}`)
  const raised = raisedDrivers(drivers, matrix.families, releases)
  return { ...news, ...{ python: supported.python, drivers: withRaised(drivers, raised), raised, held: [] } }
}

function clientFile({ family }: ReleaseNews): string {
  return `clients/${family}.yaml`
}

async function copyOf({ folder }: Wanted): Promise<TemporaryFolder> {
  const copy = await temporaryFolder('update')
  await cp(folder, copy.folder, { recursive: true })
  return copy
}

/** An ORM that refuses a new driver under it keeps the one it had, and says so; everything else that is refused ends it all. */
async function lockedProposal(
  wanted: Wanted,
  entries: readonly Entry[],
  copy: TemporaryFolder,
): Promise<Proposal> {
  const texts = await textsOf(wanted, entries)
  const clients = await newClients(wanted, texts, copy)
  const locks = await askAll(clients, async (client) => ({
    client,
    locked: await lockClient(client, wanted.setting),
  }))
  const refused = locks.flatMap(({ client, locked }) =>
    locked.kind === 'refused' ? [{ client, reason: locked.reason }] : [],
  )
  if (refused.length === 0) {
    const locked = locks.flatMap(({ client: { id }, locked }) =>
      locked.kind === 'locked' ? [[`locks/${id}.txt`, locked.text] as const] : [],
    )
    return { entries, files: new Map([...locked, ...texts]) }
  }
  const held = entries.map((entry) => refused.reduce(withHeld, entry))
  if (held.every((entry, index) => entry === entries[index]))
    throw nothingChanged(refused.map(({ client, reason }) => `${client.id} cannot be resolved: ${reason}`))
  return lockedProposal(wanted, held, copy)
}

function withHeld(entry: Entry, { client, reason }: { client: Client; reason: string }): Entry {
  const driver = client.driver && `${client.driver.family}-${client.driver.version}`
  const raise = entry.raised.find(({ to }) => to === driver)
  if (!raise || client.family.id !== entry.family || client.version !== entry.to) return entry
  return {
    ...entry,
    drivers: entry.drivers.map((one) => (one === raise.to ? raise.from : one)),
    raised: entry.raised.filter((one) => one !== raise),
    held: [...entry.held, { ...raise, reason }],
  }
}

/** Changed files of the matrix but for the locks of clients. */
async function textsOf(
  { folder, matrix, servers, integrities }: Wanted,
  entries: readonly Entry[],
): Promise<Files> {
  const texts = new Map<string, string>()
  const change = async (name: string, edit: (text: string) => string) => {
    const before = texts.get(name) ?? (await readFile(path.join(folder, name), 'utf8'))
    texts.set(name, edit(before))
  }
  for (const entry of entries) {
    const { from: like, to: version, python, drivers } = entry
    await change(clientFile(entry), (text) => withRelease(text, { like, version, python, drivers }))
  }
  for (const news of servers) await change('servers.yaml', (text) => withServer(text, news, integrities))
  const gone = lockedImagesOf(matrix, servers)
  if (gone.length > 0) await change(IMAGE_LOCK, (text) => withoutImages(text, gone))
  return texts
}

/** Images with a digest that only servers use whose image is another one now. */
function lockedImagesOf(matrix: Matrix, news: readonly ServerNews[]): string[] {
  const isReplaced = ({ major, version, image }: Server) =>
    news.some(
      ({ id, to }) => id === String(major) && image && imageOf(image.name, version, to) !== image.name,
    )
  const kept = matrixImages({ ...matrix, servers: matrix.servers.filter((server) => !isReplaced(server)) })
  const names = new Set(kept.map(({ name }) => name))
  return matrixImages(matrix)
    .filter(({ name, digest }) => digest !== undefined && !names.has(name))
    .map(({ name }) => name)
}

/** Clients of the changed matrix that the matrix does not have. @throws EnvironmentError where it would not pass lint */
async function newClients({ matrix }: Wanted, texts: Files, copy: TemporaryFolder): Promise<Client[]> {
  for (const [name, text] of texts) await writeFile(path.join(copy.folder, name), text)
  const { matrix: changed, problems } = await readMatrix(copy.folder)
  if (problems.length > 0)
    throw nothingChanged([
      'the new entries do not fit into the files as they are written; add them by hand',
      ...problems.map((problem) => formatProblem(problem).replaceAll(`${copy.folder}/`, '')),
    ])
  const known = new Set(matrix.clients.map(({ id }) => id))
  return changed.clients.filter(({ id }) => !known.has(id))
}
