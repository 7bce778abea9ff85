/** Environments and servers, made side by side: neither needs the other. */
import type { ProfiledServer } from '../core/matrix.js'
import type { Plan } from '../core/plan.js'
import type { PreparedClient, PrepareHow, Runtime, ServerPool } from '../core/runtime.js'

export interface Prepared {
  readonly clients: readonly PreparedClient[]
  /** Running; the caller disposes of it. */
  readonly pool: ServerPool
}

/**
 * @param servers those to start now
 * @throws the first error of either side, which stops the other; then nothing is left running.
 */
export async function prepare(
  runtime: Runtime,
  plan: Plan,
  servers: readonly ProfiledServer[],
  { onProgress, signal }: PrepareHow,
): Promise<Prepared> {
  const stop = new AbortController()
  const how = { onProgress, signal: AbortSignal.any([signal, stop.signal]) }
  const stopBoth = (error: unknown): never => {
    stop.abort(error)
    throw error
  }
  const [clients, pool] = await Promise.allSettled([
    runtime.prepareClients(plan.clients, how).catch(stopBoth),
    startServers(runtime, servers, how).catch(stopBoth),
  ])
  if (clients.status === 'fulfilled' && pool.status === 'fulfilled')
    return { clients: clients.value, pool: pool.value }
  if (pool.status === 'fulfilled') await pool.value[Symbol.asyncDispose]()
  throw stop.signal.reason
}

async function startServers(
  runtime: Runtime,
  servers: readonly ProfiledServer[],
  how: PrepareHow,
): Promise<ServerPool> {
  if (servers.length > 0) return runtime.startServers(servers, how)
  return { servers: [], async [Symbol.asyncDispose]() {} }
}
