import type { Server } from '../core/matrix.js'
import { checkSchema } from './check-schema.js'
import type { Folder } from './folder.js'
import type { Problem } from './problem.js'
import { repeated } from './repeated.js'
import { serversSchema, type ServersFile } from './schema.js'
import { readYaml, valuePlace, type YamlFile } from './yaml-file.js'

const STAND_INS = { 'servers.*.binaries': {} }

type ServerEntry = ServersFile['servers'][number]

/** The releases of servers.yaml, as listed. */
export async function loadServers(folder: Folder, problems: Problem[]): Promise<readonly Server[]> {
  const file = await readYaml(folder, 'servers.yaml', problems)
  const servers = file && checkSchema(serversSchema, file, problems, STAND_INS)?.servers
  if (!file || !servers) return []
  for (const index of repeated(servers.map(({ id }) => id))) {
    problems.push({
      place: valuePlace(file, ['servers', index, 'id']),
      message: `there already is a server "${servers[index]?.id}"`,
    })
  }
  problems.push(...servers.flatMap((server, index) => versionProblem(file, server, index)))
  return servers.map((server) => ({ ...server, major: Number(server.id) }))
}

function versionProblem(file: YamlFile, { id, version }: ServerEntry, index: number): Problem[] {
  if (version.startsWith(`${id}.`)) return []
  const place = valuePlace(file, ['servers', index, 'version'])
  return [
    {
      place,
      message: `${version} is not a release of server "${id}"`,
      hint: `a version that begins with ${id}.`,
    },
  ]
}
