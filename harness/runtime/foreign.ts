/** Servers that somebody else runs; environments and workers as on the embedded runtime. */
import type { Server } from '../core/matrix.js'
import type { PrepareHow, Runtime, ServerPool } from '../core/runtime.js'
import { foreignAddress } from '../dsn/address.js'
import { ForeignServer } from '../dsn/server.js'
import { temporaryFolder } from '../temporary.js'
import { embeddedRuntime } from './embedded.js'

export interface ForeignWords {
  /** Names: see foreignAddress. */
  readonly dsn: readonly string[]
  /** Whether their databases may hold what is not ours. */
  readonly inUse: boolean
}

export interface ForeignRuntime extends Runtime {
  readonly servers: readonly Server[]
}

/** Connected to all of them. @throws UsageError, EnvironmentError */
export async function foreignRuntime({ dsn, inUse }: ForeignWords, how: PrepareHow): Promise<ForeignRuntime> {
  const addresses = dsn.map((name) => foreignAddress(name, process.env))
  const temporary = await temporaryFolder('dsn')
  const { folder } = temporary
  const servers: ForeignServer[] = []
  const leave = async () => {
    for (const server of servers) await server[Symbol.asyncDispose]()
    await temporary[Symbol.asyncDispose]()
  }
  try {
    for (const address of addresses) {
      how.onProgress(`connecting to dsn:${address.name}`)
      servers.push(await ForeignServer.connect({ ...address, folder, mayBeUsed: inUse }))
    }
  } catch (error) {
    await leave()
    throw error
  }
  const embedded = await embeddedRuntime()
  return {
    name: 'dsn',
    servers: servers.map(({ server }) => server),
    unavailable: ({ server, profile }) =>
      profile === 'plain'
        ? undefined
        : `${server.id} was not set up by pgmatrix, and this probe needs the profile ${profile}`,
    // Somebody else's server may be another one tomorrow.
    serverMakings: () => undefined,
    clientMakings: async () => undefined,
    prepareClients: (clients, onWhat) => embedded.prepareClients(clients, onWhat),
    startServers: async (wanted) =>
      poolOf(servers.filter(({ server }) => wanted.some((one) => one.server === server))),
    startWorker: (client) => embedded.startWorker(client),
    async [Symbol.asyncDispose]() {
      await leave()
      await embedded[Symbol.asyncDispose]()
    },
  }
}

function poolOf(servers: readonly ForeignServer[]): ServerPool {
  return { servers, async [Symbol.asyncDispose]() {} }
}
