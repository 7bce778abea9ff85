import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentError } from '../core/runtime.js'

const PATIENCE_MS = 10_000

/**
 * Resolves when something accepts connections there.
 * @param open begins to connect: a stream that emits `connect`
 * @throws EnvironmentError
 */
export async function listening(
  host: string,
  port: number,
  open: () => Duplex = () => connect(port, host),
): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(20)) {
    const socket = open()
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
  }
  throw new EnvironmentError(`Nothing listens on ${host}:${port} after ${PATIENCE_MS / 1000} s.`)
}
