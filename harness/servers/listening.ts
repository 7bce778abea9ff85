import { once } from 'node:events'
import { connect, type NetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentError } from '../core/runtime.js'

const PATIENCE_MS = 10_000

/** Resolves when something accepts connections there. @throws EnvironmentError */
export async function listening(where: NetConnectOpts): Promise<void> {
  return opening('path' in where ? where.path : `${where.host}:${where.port}`, () => connect(where))
}

/**
 * The same of another way there.
 * @param place for messages
 * @param open begins to connect: a stream that emits `connect`
 * @throws EnvironmentError
 */
export async function opening(place: string, open: () => Duplex): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(20)) {
    const socket = open()
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
  }
  throw new EnvironmentError(`Nothing listens on ${place} after ${PATIENCE_MS / 1000} s.`)
}
