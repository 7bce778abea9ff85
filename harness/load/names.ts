/** Ids of what a matrix folder has, without its recipes: as much as can be read, whatever is wrong with it. */
import { basename } from 'node:path'
import { loadClients } from './clients.js'
import { loadFamilies } from './families.js'
import { listNames, listYaml, openFolder } from './folder.js'
import { loadImageLock } from './images.js'
import { loadGroups } from './groups.js'
import { loadServers } from './servers.js'
import { loadStacks } from './stacks.js'

export interface MatrixNames {
  readonly servers: readonly string[]
  readonly clients: readonly string[]
  readonly probes: readonly string[]
  /** Titles. */
  readonly groups: readonly string[]
}

/** Undefined where there is no such folder. */
export async function readNames(path: string): Promise<MatrixNames | undefined> {
  const folder = await openFolder(path)
  if (!folder) return undefined
  const families = await loadFamilies(folder, [])
  const clients = await loadClients(folder, families, [])
  const stacks = await loadStacks(folder, clients, [])
  const { servers } = await loadServers(folder, await loadImageLock(folder, []), [])
  const groups = await listNames(folder, 'probes')
  const probes = await Promise.all(groups.map((group) => listYaml(folder, `probes/${group}`, [])))
  return {
    servers: servers.map(({ id }) => id),
    clients: [...clients, ...stacks.flatMap((one) => one.clients)].map(({ id }) => id),
    probes: probes.flat().map((file) => basename(file, '.yaml')),
    groups: ((await loadGroups(folder, [])) ?? []).map(({ title }) => title),
  }
}
