/** The servers of matrix/servers.yaml, for tests that start real ones. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Pooler, Profile, ProfiledServer, Server } from '../../harness/core/matrix.js'

const binary = z.object({ name: z.string(), version: z.string(), integrity: z.string() })
const server = z.object({
  ...{ id: z.string(), version: z.string(), preview: z.boolean().default(false) },
  binaries: z.record(z.string(), binary).default({}),
})
const file = z.object({ servers: z.array(server) })

export function matrixServers(...ids: string[]): Server[] {
  const text = readFileSync(new URL('../../matrix/servers.yaml', import.meta.url), 'utf8')
  const all = file.parse(parse(text)).servers
  return ids.map((id) => {
    const found = all.find((each) => each.id === id)
    if (!found) throw new Error(`matrix/servers.yaml has no server ${id}`)
    return { ...found, major: Number(id), image: undefined }
  })
}

/** The same, as they are started. */
export function plainServers(...ids: string[]): ProfiledServer[] {
  return profiled(matrixServers(...ids))
}

/** Behind a pooler, as the matrix has them. */
export function pooledServers(pooler: Pooler, ...ids: string[]): ProfiledServer[] {
  return profiled(
    matrixServers(...ids).map((server) => ({ ...server, id: `${server.id}+${pooler}`, pooler })),
  )
}

export function profiled(servers: readonly Server[], profile: Profile = 'plain'): ProfiledServer[] {
  return servers.map((server) => ({ server, profile }))
}
