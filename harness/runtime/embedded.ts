/** Servers from binaries, environments on this machine's Pythons, workers as its processes. */
import path from 'node:path'
import type { Runtime } from '../core/runtime.js'
import { clientMakings, prepareClients } from '../clients/environment.js'
import { PACKAGE } from '../package.js'
import { startWorker } from '../run/worker.js'
import { findPooler, poolerOf, poolerProblem, type PoolerBinary } from '../servers/pooler.js'
import { binaryPackage, platformProblem } from '../servers/platform.js'
import { startServers } from '../servers/pool.js'
import { ownSetting } from '../tools/setting.js'

const fixtures = path.join(PACKAGE, 'python-fixtures')

export async function embeddedRuntime(): Promise<Runtime> {
  const setting = ownSetting()
  // Asked for at once: they answer while earlier results are read. A failure is thrown where they are needed.
  setting.interpreters().catch(() => {})
  let found: { readonly binary: PoolerBinary | undefined } | undefined
  const binary = () => (found ??= { binary: findPooler(process.env) }).binary
  return {
    name: 'embedded',
    unavailable: (wanted) => {
      const pooler = poolerOf(wanted)
      return platformProblem(wanted.server) ?? (pooler && poolerProblem(pooler, binary()))
    },
    serverMakings: (wanted) => {
      const { version } = (poolerOf(wanted) && binary()) || {}
      return JSON.stringify([binaryPackage(wanted.server), version])
    },
    clientMakings: (client) => clientMakings(client, setting),
    prepareClients: (clients, how) => prepareClients(clients, { ...how, setting }),
    startServers,
    startWorker: (client) => startWorker(client, { fixtures }),
    async [Symbol.asyncDispose]() {},
  }
}
