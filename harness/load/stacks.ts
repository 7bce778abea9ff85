/** Web frameworks become clients: each on every client that an application of it runs on. */
import { basename } from 'node:path'
import type { Client, Family, Feature, Probe, Stack } from '../core/matrix.js'
import { frameworkOf, stackFamilyId, stackId } from '../core/ids.js'
import { didYouMean } from '../core/suggest.js'
import { readApplication } from './application.js'
import { checkSchema } from './check-schema.js'
import { lockOf } from './clients.js'
import { formerIdProblems, type InFile } from './former-ids.js'
import { listYaml, type Folder } from './folder.js'
import type { Problem } from './problem.js'
import { stackSchema, type StackFile } from './schema.js'
import { keyPlace, readYaml, valuePlace, type YamlFile } from './yaml-file.js'

/** A framework's stacks. */
export interface LoadedStacks {
  readonly family: Family
  readonly clients: readonly Client[]
  readonly file: YamlFile
}

const STAND_INS = {
  title: '?',
  about: '?',
  docs: 'https://example.org/',
  source: 'https://example.org/',
  package: '?',
  python: '>=3.8',
}

/** @param clients drivers and ORMs */
export async function loadStacks(
  folder: Folder,
  clients: readonly Client[],
  problems: Problem[],
): Promise<readonly LoadedStacks[]> {
  const paths = await listYaml(folder, 'stacks', problems)
  const loaded = await Promise.all(paths.map((path) => loadFramework(folder, path, { clients, problems })))
  const stacks = loaded.filter((one) => one !== undefined)
  problems.push(...formerIdProblems(stacks.map(inFile)))
  return stacks
}

/** Under the names that stand in the files. */
function inFile({ family: { id, formerly }, file }: LoadedStacks): InFile {
  return { named: { id: frameworkOf(id), formerly: formerly?.map(frameworkOf) }, file }
}

interface Context {
  readonly clients: readonly Client[]
  readonly problems: Problem[]
}

async function loadFramework(
  folder: Folder,
  path: string,
  { clients, problems }: Context,
): Promise<LoadedStacks | undefined> {
  const file = await readYaml(folder, path, problems)
  const name = basename(path, '.yaml')
  const data = file && checkSchema(stackSchema, file, problems, { ...STAND_INS, framework: name })
  if (!file || !data) return undefined
  if (data.framework !== name) {
    const message = `framework "${data.framework}" stands in ${name}.yaml`
    problems.push({ place: valuePlace(file, ['framework']), message, hint: 'rename one of the two' })
  }
  const family = familyOf(name, data)
  const known = { clients, problems, file, family, data }
  const stacks = await Promise.all(data.stacks.map((_, index) => loadStack(folder, index, known)))
  return { family, file, clients: stacks.filter((one) => one !== undefined) }
}

function familyOf(framework: string, data: StackFile): Family {
  const { framework: _, version, python, stacks: __, formerly = [], ...facts } = data
  const release = { version, python, install: [], drivers: [] }
  const id = stackFamilyId(framework)
  return { ...facts, id, formerly: formerly.map(stackFamilyId), kind: 'stack', releases: [release] }
}

interface Known extends Context {
  readonly file: YamlFile
  readonly family: Family
  readonly data: StackFile
}

async function loadStack(folder: Folder, index: number, known: Known): Promise<Client | undefined> {
  const { clients, problems, file, family, data } = known
  const entry = data.stacks[index]
  const under = clients.find(({ id }) => id === entry?.on)
  if (!entry) return undefined
  if (!under) {
    const place = valuePlace(file, ['stacks', index, 'on'])
    const hint = didYouMean(
      entry.on,
      clients.map(({ id }) => id),
    )
    problems.push({ place, message: `there is no client "${entry.on}"`, ...(hint !== undefined && { hint }) })
    return undefined
  }
  const files = await readApplication(entry.application)
  if (files.length === 0) {
    const place = valuePlace(file, ['stacks', index, 'application'])
    problems.push({ place, message: `there is no python-fixtures/stacks/${entry.application}/` })
  }
  const { application, server, integration } = entry
  const features = featuresOf(file, index, entry.features)
  const stack: Stack = { orm: ormOf(under), server, integration, application, files, features }
  const client = stackClient({ family, data, entry, under }, stack)
  return { ...client, ...(await lockOf(folder, client, problems)) }
}

function ormOf({ family, version, driver }: Client): Stack['orm'] {
  return driver && { family: family.id, version }
}

function featuresOf(
  file: YamlFile,
  index: number,
  features: StackFile['stacks'][number]['features'],
): ReadonlyMap<string, Feature> {
  return new Map(
    Object.entries(features).map(([probe, said]) => {
      const place = keyPlace(file, ['stacks', index, 'features', probe])
      return [probe, { ...featureOf(said), place }]
    }),
  )
}

type Said = StackFile['stacks'][number]['features'][string]

function featureOf(said: Said): Omit<Feature, 'place'> {
  if (typeof said === 'string') return { level: said, note: undefined, absent: [] }
  if ('absent' in said) return { level: undefined, note: undefined, absent: [said.absent].flat() }
  return { ...said, absent: [] }
}

interface Parts {
  readonly family: Family
  readonly data: StackFile
  readonly entry: StackFile['stacks'][number]
  readonly under: Client
}

function stackClient({ family, data, entry, under }: Parts, stack: Stack): Client {
  const ranges = `${data.python},${under.python}`.split(',').map((clause) => clause.trim())
  const install = entry.install.map((one) => one.replaceAll('{version}', data.version))
  return {
    id: stackId({ family: data.framework, version: data.version }, under.id),
    family,
    version: data.version,
    driver: under.driver ?? { family: under.family.id, version: under.version },
    stack,
    python: [...new Set(ranges)].join(','),
    install: [...new Set([...install, ...under.install])],
    ...(under.builds && { builds: under.builds }),
    pins: { ...under.pins, [data.package]: data.version },
  }
}

/** Features that no probe for stacks is about, levels without the note that they need, and stacks that stand there twice. */
export function stackProblems(stacks: readonly LoadedStacks[], probes: readonly Probe[]): Problem[] {
  const asked = probes.filter(({ conversation }) => conversation).map(({ id }) => id)
  const clients = stacks.flatMap((one) => one.clients)
  const features = clients.flatMap(({ stack }) => [...(stack?.features ?? [])])
  const unknown = features
    .filter(([probe]) => !asked.includes(probe))
    .map(([probe, { place }]) => {
      const hint = didYouMean(probe, asked)
      return {
        place,
        message: `no probe for stacks is called "${probe}"`,
        ...(hint !== undefined && { hint }),
      }
    })
  const bare = features
    .filter(([, { level, note }]) => level === 'partial' && note === undefined)
    .map(([probe, { place }]) => ({
      place,
      message: `${probe} is partial without a note`,
      hint: '{ level: partial, note: what one must do, or what is lost }',
    }))
  return [...unknown, ...bare, ...stacks.flatMap(twice)]
}

function twice({ file, clients }: LoadedStacks): Problem[] {
  const ids = clients.map(({ id }) => id)
  return ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => ({ place: keyPlace(file, ['stacks']), message: `${id} is listed twice` }))
}
