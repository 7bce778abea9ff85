/** Relays as processes of this machine, and peers for them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { AttachedContainer, Fate } from '../../harness/docker/contract.js'
import { Relay, relayArguments } from '../../harness/docker/relay.js'
import type { RelayStream } from '../../harness/docker/relay-stream.js'

/** A process with the streams and the end of a container. */
export function processContainer(command: string, args: readonly string[]): AttachedContainer {
  const child = spawn(command, args, { stdio: 'pipe' })
  child.stdin.on('error', () => {})
  const fate = new Promise<Fate>((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ kind: 'exited', code: code ?? 128 + (signal ? constants.signals[signal] : 0) }),
    )
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await fate
  }
  return {
    id: String(child.pid),
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    address: () => Promise.resolve('127.0.0.1'),
    fate,
    memoryKills: 0,
    disturbance: () => Promise.resolve(undefined),
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

export async function relayProcess(): Promise<AttachedContainer> {
  return processContainer('python3', await relayArguments())
}

export async function localRelay(): Promise<Relay> {
  return Relay.open(await relayProcess())
}

export function fake(name: string): string {
  return fileURLToPath(new URL(`fakes/${name}`, import.meta.url))
}

/** What stands in for relay.py and misbehaves as its name says. */
export function fakeRelay(name: string): AttachedContainer {
  return processContainer(process.execPath, [fake(`relay-${name}.mjs`)])
}

export interface Peer extends AsyncDisposable {
  readonly port: number
  /** In the order in which they came. */
  readonly sockets: readonly Socket[]
  /** The first, which the system may have accepted before we have. */
  readonly first: Promise<Socket>
}

/** A server on loopback. */
export async function peer(answer: (socket: Socket) => void): Promise<Peer> {
  const sockets: Socket[] = []
  let arrived = (_socket: Socket): void => {}
  const first = new Promise<Socket>((resolve) => (arrived = resolve))
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    arrived(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    sockets,
    first,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}

/** Sends back what comes, and ends when the other side has. */
export const echo = (socket: Socket): void => void socket.pipe(socket)

export async function connected(stream: RelayStream): Promise<RelayStream> {
  await once(stream, 'connect')
  return stream
}

/** The error that a stream is destroyed with. */
export async function failure(stream: RelayStream): Promise<Error & { code?: string }> {
  return new Promise((resolve, reject) => {
    stream.once('error', resolve)
    stream.once('close', () => reject(new Error('the stream was closed without an error')))
  })
}

/** Milliseconds. */
export async function took(work: Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work
  return performance.now() - begin
}

/** One byte there and back. */
export async function roundTrip(relay: Relay, port: number, host = '127.0.0.1'): Promise<void> {
  const stream = relay.connect(host, port)
  stream.end('x')
  for await (const chunk of stream) if (String(chunk) !== 'x') throw new Error(`not what was sent: ${chunk}`)
}
