/** Networks of a run: an internal one for servers and workers, and one for builders that leads to the package index. */
import { unlessInTrouble } from './container.js'
import type { Engine } from './contract.js'
import { EngineError } from './engine-error.js'
import { setTimeout as pause } from 'node:timers/promises'

export interface RunNetwork extends AsyncDisposable {
  readonly id: string
  /** The address under which the engine's machine is in it. */
  readonly gateway: string | undefined
}

/** Milliseconds for the last containers to leave. */
const LEAVING_MS = 10_000

/** @param kind `internal` leads nowhere outside. @throws EngineError */
export async function createNetwork(engine: Engine, kind: 'internal' | 'outgoing'): Promise<RunNetwork> {
  const network = await engine.ask(`creating a network`, (docker) =>
    docker.createNetwork({
      Name: `pgmatrix-${engine.runId}-${kind}`,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: kind === 'internal',
      EnableIPv6: false,
      Labels: engine.labels('network'),
    }),
  )
  const seen = await engine.ask('asking for the address of a network', () => network.inspect())
  // Podman appends the size of the network.
  const gateway = seen.IPAM?.Config?.[0]?.Gateway?.split('/')[0]
  return {
    id: network.id,
    gateway,
    [Symbol.asyncDispose]: () => removeNetwork(engine, network.id).catch(unlessInTrouble),
  }
}

/** Containers that are just being removed are waited for. */
async function removeNetwork(engine: Engine, id: string): Promise<void> {
  const until = Date.now() + LEAVING_MS
  for (;;) {
    try {
      return await engine.ask('removing a network', (docker) => docker.getNetwork(id).remove())
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      if (error.status === 404) return
      if (error.status !== 403 || Date.now() > until) throw error
      await pause(50)
    }
  }
}
