import { isMap } from 'yaml'
import type { Matrix, Server } from '../core/matrix.js'
import { checkSchema } from './check-schema.js'
import type { Folder } from './folder.js'
import { lockedImage, type ImageLock } from './images.js'
import type { Problem } from './problem.js'
import { repeated } from './repeated.js'
import { serversSchema, type ServersFile } from './schema.js'
import { nodeAt, readYaml, valuePlace, type YamlFile } from './yaml-file.js'

const PREVIEW = /beta|rc/

type ServerEntry = ServersFile['servers'][number]

/** The releases of servers.yaml, as listed, each followed by itself behind its poolers, and what image those are in containers. */
export async function loadServers(
  folder: Folder,
  lock: ImageLock,
  problems: Problem[],
): Promise<Pick<Matrix, 'servers' | 'pooler'>> {
  const file = await readYaml(folder, 'servers.yaml', problems)
  const read = file && checkSchema(serversSchema, file, problems)
  if (!file || !read) return { servers: [], pooler: undefined }
  const { servers, pooler } = read
  for (const index of repeated(servers.map(({ id }) => id))) {
    problems.push({
      place: valuePlace(file, ['servers', index, 'id']),
      message: `there already is a server "${servers[index]?.id}"`,
    })
  }
  problems.push(
    ...servers.flatMap((server, index) => [
      ...versionProblem(file, server, index),
      ...previewProblem(file, server, index),
      ...sourceProblem(file, server, index),
    ]),
  )
  return {
    servers: servers.flatMap((entry) => serversOf(entry, lock)),
    pooler: pooler && lockedImage(pooler.image, lock),
  }
}

/** The release, and the same one behind each of its poolers. */
function serversOf(entry: ServerEntry, lock: ImageLock): Server[] {
  const { id, version, preview = false, image, binaries = {}, poolers = [] } = entry
  const server = {
    ...{ id, version, preview, binaries, major: Number(id) },
    ...(entry['end-of-life'] !== undefined && { endOfLife: entry['end-of-life'] }),
    image: image === undefined ? undefined : lockedImage(image, lock),
  }
  return [server, ...poolers.map((one) => ({ ...server, id: `${id}+${one}`, pooler: one }))]
}

function versionProblem(file: YamlFile, { id, version }: ServerEntry, index: number): Problem[] {
  if (version.split(/\.|[a-z]/)[0] === id) return []
  return [
    {
      place: valuePlace(file, ['servers', index, 'version']),
      message: `${version} is not a release of server "${id}"`,
      hint: `a version that begins with ${id}${PREVIEW.test(version) ? '' : '.'}`,
    },
  ]
}

function previewProblem(file: YamlFile, { version, preview = false }: ServerEntry, index: number): Problem[] {
  if (preview === PREVIEW.test(version)) return []
  return [
    {
      place: valuePlace(file, ['servers', index, preview ? 'preview' : 'version']),
      message: preview ? `${version} is no preview` : `${version} is a preview`,
      hint: preview ? 'leave the key out' : 'preview: true',
    },
  ]
}

/** What is there and wrong has been told already. */
function sourceProblem(file: YamlFile, { id }: ServerEntry, index: number): Problem[] {
  const [image, binaries] = ['image', 'binaries'].map((key) => nodeAt(file, ['servers', index, key]))
  if (image || (binaries && !(isMap(binaries) && binaries.items.length === 0))) return []
  return [
    {
      place: valuePlace(file, ['servers', index]),
      message: `server "${id}" has neither an image nor binaries`,
      hint: `image: postgres:${id}`,
    },
  ]
}
