/** Environments and servers, made side by side: neither needs the other. */
import type { Server } from '../core/matrix.js'
import type { Plan } from '../core/plan.js'
import type { PreparedClient } from '../core/runtime.js'
import { prepareClients } from '../clients/environment.js'
import { platformProblem } from '../servers/platform.js'
import { startServers, type ServerPool } from '../servers/pool.js'

export interface Prepared {
  readonly clients: readonly PreparedClient[]
  /** Running; the caller disposes of it. */
  readonly pool: ServerPool
  /** Servers of the plan that have no binaries here: id to the reason. */
  readonly unavailable: ReadonlyMap<string, string>
}

export interface PrepareHow {
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

/** @throws the first error of either side, which stops the other; then nothing is left running. */
export async function prepare(plan: Plan, { onProgress, signal }: PrepareHow): Promise<Prepared> {
  const { available, unavailable } = byPlatform(plan.servers)
  const stop = new AbortController()
  const how = { onProgress, signal: AbortSignal.any([signal, stop.signal]) }
  const stopBoth = (error: unknown): never => {
    stop.abort(error)
    throw error
  }
  const [clients, pool] = await Promise.allSettled([
    prepareClients(plan.clients, how).catch(stopBoth),
    startServers(available, how).catch(stopBoth),
  ])
  if (clients.status === 'fulfilled' && pool.status === 'fulfilled')
    return { clients: clients.value, pool: pool.value, unavailable }
  if (pool.status === 'fulfilled') await pool.value[Symbol.asyncDispose]()
  throw stop.signal.reason
}

function byPlatform(servers: readonly Server[]) {
  const problems = servers.map((server) => [server.id, platformProblem(server)] as const)
  const unavailable = new Map(
    problems.flatMap(([id, problem]) => (problem === undefined ? [] : [[id, problem]])),
  )
  return { unavailable, available: servers.filter(({ id }) => !unavailable.has(id)) }
}
