/** The relay in a container of the real engine, in an internal network with a server that echoes. */
import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AttachedContainer, Engine } from '../../harness/docker/contract.js'
import { createNetwork, type RunNetwork } from '../../harness/docker/network.js'
import { openRelay, type Relay } from '../../harness/docker/relay.js'
import { eventually } from '../servers/eventually.js'
import { containersOf } from './own-engine.js'
import { IMAGE_ID } from './python-image.js'
import { connected, failure, roundTrip, took } from './relay-setup.js'
import { openRealEngine } from './watched-engine.js'

const PORT = 5432
const ECHO = `
import socketserver, sys, threading
# With the default of 5 the system resets some of 64 connections that come at once.
socketserver.TCPServer.request_queue_size = 128
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)
server = socketserver.ThreadingTCPServer(("", ${PORT}), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("listening", flush=True)
sys.stdin.read()
`

let engine: Engine
let network: RunNetwork
let server: AttachedContainer
let host: string
let relay: Relay
const opened: AsyncDisposable[] = []

beforeAll(async () => {
  engine = kept(await openRealEngine())
  network = kept(await createNetwork(engine, 'internal'))
  const image = IMAGE_ID
  server = kept(
    await engine.start({
      role: 'server',
      purpose: 'a server that echoes',
      image,
      command: ['python3', '-u', '-c', ECHO],
      user: '65534:65534',
      network: network.id,
      memory: 256 * 1024 ** 2,
      pids: 100,
      tmpfs: {},
      env: {},
    }),
  )
  host = await server.address()
  relay = kept(await anotherRelay())
  const answers = await eventually(() =>
    roundTrip(relay, PORT, host).then(
      () => true,
      () => false,
    ),
  )
  if (!answers) throw new Error('the server that echoes does not answer')
})
afterAll(async () => {
  for (const each of opened.toReversed()) await each[Symbol.asyncDispose]()
})

/** What was opened is closed, however far the beginning came. */
function kept<T extends AsyncDisposable>(part: T): T {
  opened.push(part)
  return part
}

async function anotherRelay(): Promise<Relay> {
  return openRelay({ engine, image: IMAGE_ID, network: network.id })
}

it('carries 64 connections of 1 MB each both ways at once', async () => {
  const work = Array.from({ length: 64 }, async () => {
    const sent = randomBytes(1024 ** 2)
    const stream = relay.connect(host, PORT)
    stream.end(sent)
    return (await buffer(stream)).equals(sent)
  })
  expect(await Promise.all(work)).toEqual(work.map(() => true))
})

it.each([
  ['a port where nobody listens', () => host, 1, /^ECONNREFUSED$/],
  ['a name that nobody has', () => 'nobody.invalid', PORT, /^(ENOTFOUND|ETIMEDOUT)$/],
  ['a host outside its network', () => '192.0.2.1', PORT, /^E(NETUNREACH|HOSTUNREACH|TIMEDOUT)$/],
])('does not reach %s, at the cost of nobody else', async (_, target, port, code) => {
  const error = failure(relay.connect(target(), port))
  // The resolver of an internal network keeps silent about strange names for many seconds.
  expect(await took(roundTrip(relay, PORT, host))).toBeLessThan(1000)
  expect((await error).code).toMatch(code)
})

it('loses every connection within a second when its container is killed, and no other relay does', async () => {
  const before = await containersOf(engine.runId)
  await using doomed = await anotherRelay()
  const [id = ''] = (await containersOf(engine.runId)).filter((each) => !before.includes(each))
  const streams = await Promise.all(Array.from({ length: 4 }, () => connected(doomed.connect(host, PORT))))
  const failures = Promise.all(streams.map(failure))
  await engine.ask('killing', (docker) => docker.getContainer(id).kill())
  expect(await took(failures)).toBeLessThan(1000)
  for (const { message } of await failures) expect(message).toMatch(/^the relay container ended \(.+\)$/)
  expect(doomed.alive).toBe(false)
  await roundTrip(relay, PORT, host)
})

it('is gone once it is closed', async () => {
  const before = await containersOf(engine.runId)
  await using closing = await anotherRelay()
  const [id = ''] = (await containersOf(engine.runId)).filter((each) => !before.includes(each))
  expect(id).not.toBe('')
  await closing[Symbol.asyncDispose]()
  expect(await eventually(async () => !(await containersOf(engine.runId)).includes(id))).toBe(true)
})
