/** Servers from binaries, environments on this machine's Pythons, workers as its processes. */
import path from 'node:path'
import type { Runtime } from '../core/runtime.js'
import { prepareClients } from '../clients/environment.js'
import { PACKAGE } from '../package.js'
import { startWorker } from '../run/worker.js'
import { findPooler, hasPooler, poolerProblem, type PoolerBinary } from '../servers/pooler.js'
import { platformProblem } from '../servers/platform.js'
import { startServers } from '../servers/pool.js'

const fixtures = path.join(PACKAGE, 'python-fixtures')

export async function embeddedRuntime(): Promise<Runtime> {
  let found: { readonly binary: PoolerBinary | undefined } | undefined
  const pooler = () => (found ??= { binary: findPooler(process.env) }).binary
  return {
    name: 'embedded',
    unavailable: ({ server, profile }) =>
      platformProblem(server) ?? (hasPooler(profile) ? poolerProblem(profile, pooler()) : undefined),
    prepareClients,
    startServers,
    startWorker: (client) => startWorker(client, { fixtures }),
    async [Symbol.asyncDispose]() {},
  }
}
