/** What the supervisor is told of the poolers before a server. */
import { join } from 'node:path'
import type { Pooler, Server } from '../core/matrix.js'
import { EnvironmentError } from '../core/runtime.js'
import { frontFiles } from './front.js'
import { findPooler, poolerFiles, poolerOf, poolerProblem } from './pooler.js'
import type { Equipment } from './profile.js'
import { PORT } from './settings.js'
import type { Ports, SupervisedOptions } from './supervised.js'

export interface Before {
  readonly server: Server
  readonly equipment: Equipment
  readonly id: string
  readonly socketFolder: string
  readonly ports: Ports
}

export type Poolers = Pick<SupervisedOptions, 'pooler' | 'front'> & { readonly version: string }

/** Undefined where there is nothing before it. @throws EnvironmentError */
export function poolersOf(before: Before): Poolers | undefined {
  const { server, equipment, id, socketFolder, ports } = before
  const pooler = poolerOf({ server, profile: equipment.profile })
  if (!pooler) return undefined
  const { path: program, version } = binaryFor(pooler)
  const common = { kind: 'start' as const, server: `${id}-pooler`, program, words: ['pgbouncer.ini'] }
  const behind = { version, host: socketFolder, serverPort: ports.own }
  if (server.pooler) {
    // Beside its data folder: the supervisor removes the socket of one that was killed.
    const folder = join(socketFolder, '..', common.server)
    const files = frontFiles({ ...behind, pooler, folder })
    return {
      version,
      front: { order: { ...common, template: null, files }, door: { host: folder, port: PORT } },
    }
  }
  const files = poolerFiles({ ...behind, equipment, address: '127.0.0.1', port: ports.pooler })
  return { version, pooler: { order: { ...common, template: null, files }, port: ports.pooler } }
}

function binaryFor(pooler: Pooler) {
  const binary = findPooler(process.env)
  if (binary) return binary
  throw new EnvironmentError(`${poolerProblem(pooler, binary)}.`)
}
