import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EnvironmentError } from '../../harness/core/runtime.js'
import type { AttachedContainer } from '../../harness/docker/contract.js'
import { Relay } from '../../harness/docker/relay.js'
import { eventually } from '../servers/eventually.js'
import {
  connected,
  echo,
  failure,
  fake,
  fakeRelay,
  localRelay,
  peer,
  processContainer,
  relayProcess,
  roundTrip,
  took,
  type Peer,
} from './relay-setup.js'

const MEGABYTE = 1024 ** 2
const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex')

let relay: Relay
let server: Peer
beforeAll(async () => {
  relay = await localRelay()
  server = await peer(echo)
})
afterAll(async () => {
  await relay[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})
afterEach(async () => {
  await roundTrip(relay, server.port)
})

it('carries 64 connections of 1 MB each both ways at once', async () => {
  const work = Array.from({ length: 64 }, async () => {
    const sent = randomBytes(MEGABYTE)
    const stream = relay.connect('127.0.0.1', server.port)
    stream.end(sent)
    return sha(await buffer(stream)) === sha(sent)
  })
  expect(await Promise.all(work)).toEqual(work.map(() => true))
})

it('carries 64 MB in one write, however slowly the peer reads', async () => {
  await using slow = await peer(dawdle)
  const sent = randomBytes(64 * MEGABYTE)
  const stream = relay.connect('127.0.0.1', slow.port)
  stream.end(sent)
  expect((await buffer(stream)).toString()).toBe(sha(sent))
})

/** Reads with pauses in between, and answers with the checksum. */
function dawdle(socket: Socket): void {
  const hash = createHash('sha256')
  let read = 0
  socket.on('data', (chunk) => {
    hash.update(chunk)
    read += chunk.length
    if (read < 8 * MEGABYTE) return
    read = 0
    socket.pause()
    setTimeout(() => socket.resume(), 100)
  })
  socket.on('end', () => socket.end(hash.digest('hex')))
}

describe('a connection that cannot be made', () => {
  it('was refused', async () => {
    const closed = await peer(echo)
    await closed[Symbol.asyncDispose]()
    const error = await failure(relay.connect('127.0.0.1', closed.port))
    expect(error.message).toBe(`127.0.0.1:${closed.port} through the relay: ECONNREFUSED Connection refused`)
    expect(error.code).toBe('ECONNREFUSED')
  })

  it('goes to a name that nobody has', async () => {
    const error = await failure(relay.connect('nobody.invalid', 5432))
    expect(error.message).toMatch(/^nobody\.invalid:5432 through the relay: ENOTFOUND \w/)
    expect(error.code).toBe('ENOTFOUND')
  })

  it('goes to a host that does not answer, for five seconds that cost nobody else anything', async () => {
    await using absent = processContainer('python3', [fake('never-accepts.py')])
    const port = Number(await once(absent.stdout, 'data'))
    const error = failure(relay.connect('127.0.0.1', port))
    expect(await took(roundTrip(relay, server.port))).toBeLessThan(1000)
    expect(await took(error)).toBeLessThan(6000)
    expect((await error).message).toMatch(/ETIMEDOUT the peer has not answered for 5 s$/)
  }, 10_000)
})

describe('the end of a connection', () => {
  it('comes from the peer: what it sent arrives, then the end', async () => {
    await using leaving = await peer((socket) => socket.end('goodbye'))
    const stream = relay.connect('127.0.0.1', leaving.port)
    const closed = once(stream, 'close')
    expect((await buffer(stream)).toString()).toBe('goodbye')
    await closed
    expect(stream.errored).toBeNull()
    const socket = await leaving.first
    expect(await eventually(() => socket.closed)).toBe(true)
  })

  it('comes from the harness: the peer reads all and the end, and can still answer', async () => {
    let bytes = 0
    await using counting = await peer((socket) => {
      socket.on('data', (chunk) => (bytes += chunk.length))
      socket.on('end', () => socket.end(`${bytes} bytes`))
    })
    const stream = relay.connect('127.0.0.1', counting.port)
    stream.write(Buffer.alloc(3 * MEGABYTE))
    stream.end('the end')
    expect((await buffer(stream)).toString()).toBe(`${3 * MEGABYTE + 7} bytes`)
  })

  it('comes at once when the harness destroys its side, after a last message', async () => {
    const heard: string[] = []
    await using listening = await peer((socket) => socket.on('data', (chunk) => heard.push(String(chunk))))
    const stream = await connected(relay.connect('127.0.0.1', listening.port))
    const ended = once(await listening.first, 'end')
    stream.write('terminate')
    stream.destroy()
    await ended
    expect(heard.join('')).toBe('terminate')
  })

  it('comes as an error when the peer resets the connection', async () => {
    await using rude = await peer((socket) => socket.resetAndDestroy())
    expect((await failure(relay.connect('127.0.0.1', rude.port))).code).toBe('ECONNRESET')
  })
})

describe('backpressure', () => {
  it('gives up on a peer that never reads, having kept little for it', async () => {
    await using deaf = await peer((socket) => socket.pause())
    const stream = relay.connect('127.0.0.1', deaf.port)
    let accepted = 0
    for (let piece = 0; piece < 1000; piece++)
      stream.write(Buffer.alloc(MEGABYTE / 4), (error) => (accepted += error ? 0 : MEGABYTE / 4))
    const error = failure(stream)
    await pause(2000)
    expect(await took(roundTrip(relay, server.port))).toBeLessThan(1000)
    expect((await error).message).toMatch(/ETIMEDOUT the peer has not read for 10 s$/)
    // Most of it is in the kernel's buffers of a connection on loopback.
    expect(accepted).toBeLessThan(24 * MEGABYTE)
  }, 30_000)

  it('holds back a peer that sends more than is read here, and nobody else', async () => {
    const sent = randomBytes(64 * MEGABYTE)
    await using talking = await peer((socket) => socket.end(sent))
    const stream = await connected(relay.connect('127.0.0.1', talking.port))
    await pause(1000)
    expect(await took(roundTrip(relay, server.port))).toBeLessThan(1000)
    expect(stream.readableLength).toBeLessThan(4 * MEGABYTE)
    expect((await talking.first).writableLength).toBeGreaterThan(0)
    expect(sha(await buffer(stream))).toBe(sha(sent))
  })
})

describe('a relay that ends', () => {
  it('takes every connection with it within a second, and later ones fail at once', async () => {
    await using container = await relayProcess()
    await using doomed = await Relay.open(container)
    const streams = await Promise.all(
      Array.from({ length: 8 }, () => connected(doomed.connect('127.0.0.1', server.port))),
    )
    const failures = Promise.all(streams.map(failure))
    await container.kill()
    expect(await took(failures)).toBeLessThan(1000)
    const message = 'the relay container ended (ended with SIGKILL)'
    expect(new Set((await failures).map((error) => error.message))).toEqual(new Set([message]))
    expect(doomed.alive).toBe(false)
    const later = failure(doomed.connect('127.0.0.1', server.port))
    expect(await took(later)).toBeLessThan(100)
    expect((await later).message).toBe(message)
  })

  it('takes them with it when we close it', async () => {
    const closing = await localRelay()
    const error = failure(await connected(closing.connect('127.0.0.1', server.port)))
    await closing[Symbol.asyncDispose]()
    expect((await error).message).toBe('the relay container ended (we closed it)')
  })

  it.each([
    ['ends-within-a-frame', 'the relay container ended (ended with exit code 0, in the middle of a frame)'],
    ['writes-nonsense', 'the relay container ended (it wrote a frame of the unknown kind 111)'],
    ['dies-with-words', 'the relay container ended (ended with exit code 2: relay: no frame of the harness)'],
  ])('says so when it %s', async (name, message) => {
    await using misbehaving = await Relay.open(fakeRelay(name))
    expect((await failure(misbehaving.connect('127.0.0.1', server.port))).message).toBe(message)
    expect(misbehaving.alive).toBe(false)
  })
})

describe('a relay that does not begin', () => {
  const begin = async (container: AttachedContainer) => {
    const opening = Relay.open(container)
    await expect(opening).rejects.toThrow(EnvironmentError)
    await container.fate
    return opening.catch(String)
  }

  it('has no Python that can run it', async () => {
    expect(await begin(fakeRelay('cannot-start'))).toBe(
      "EnvironmentError: The servers can't be reached: the relay container ended (ended with exit code 1: SyntaxError: invalid syntax).",
    )
  })

  it('says nothing for 20 s, and is ended', async () => {
    expect(await begin(fakeRelay('says-nothing'))).toContain('(it said nothing for 20 s)')
  }, 25_000)
})

it('gives up on a relay that does not answer for six seconds', async () => {
  await using silent = await Relay.open(fakeRelay('never-opens'))
  const error = await failure(silent.connect('127.0.0.1', 5432))
  expect(error.message).toBe('127.0.0.1:5432 through the relay: ETIMEDOUT the relay has not answered for 6 s')
  expect(error.code).toBe('ETIMEDOUT')
}, 10_000)
