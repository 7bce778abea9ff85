/** relay.py by itself: what it does with its input. */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { frameHeader, FrameReader, type Frame, type Kind } from '../../harness/docker/relay-frames.js'
import { echo, peer, relayProcess } from './relay-setup.js'

function frame(connection: number, kind: Kind, payload: string | Buffer = ''): Buffer {
  const data = Buffer.from(payload)
  return Buffer.concat([frameHeader({ connection, kind, payload: data }), data])
}

const HUGE = Buffer.from([0, 0, 0, 1, 3, 255, 255, 255, 255])
const UNKNOWN = Buffer.from([0, 0, 0, 1, 99, 0, 0, 0, 0])

describe('malformed input ends it with exit code 2 and a line that says why', () => {
  it.each([
    ['a frame of an unknown kind', UNKNOWN, 'no frame of the harness: kind 99, 0 bytes'],
    ['a frame of the wrong direction', frame(1, 'opened'), 'no frame of the harness: kind 2, 0 bytes'],
    ['a frame of 4 GB', HUGE, 'no frame of the harness: kind 3, 4294967295 bytes'],
    ['data for nobody', frame(1, 'data', 'x'), 'frame of kind 3 for connection 1 after 0'],
    [
      'an id that was used',
      Buffer.concat([frame(1, 'open', 'h:1'), frame(1, 'open', 'h:1')]),
      'for connection 1 after 1',
    ],
    [
      'an input that ends within a header',
      frame(1, 'open', 'h:1').subarray(0, 5),
      'the input ended within a frame',
    ],
    [
      'an input that ends within a payload',
      frame(1, 'open', 'h:1').subarray(0, 10),
      'the input ended within a frame',
    ],
  ])('%s', async (_, input, said) => {
    await using relay = await relayProcess()
    relay.stdin.end(input)
    relay.stdout.resume()
    const [log, fate] = await Promise.all([text(relay.stderr), relay.fate])
    expect(log).toMatch(/^relay: .+\n$/)
    expect(log).toContain(said)
    expect(fate).toEqual({ kind: 'exited', code: 2 })
  })
})

it('ends well at the end of its input, and closes its connections', async () => {
  await using server = await peer(echo)
  await using relay = await relayProcess()
  relay.stdin.write(frame(1, 'open', `127.0.0.1:${server.port}`))
  await framesUntil(relay.stdout, 'opened')
  const closed = once(await server.first, 'close')
  relay.stdin.end()
  expect(await relay.fate).toEqual({ kind: 'exited', code: 0 })
  await closed
})

it('takes ten thousand tiny frames in one chunk', async () => {
  await using server = await peer(echo)
  await using relay = await relayProcess()
  const tiny = Array.from({ length: 10_000 }, (_, index) => frame(1, 'data', Buffer.from([index % 256])))
  relay.stdin.write(Buffer.concat([frame(1, 'open', `127.0.0.1:${server.port}`), ...tiny, frame(1, 'ended')]))
  const frames = await framesUntil(relay.stdout, 'ended')
  const data = frames.filter(({ kind }) => kind === 'data').map(({ payload }) => payload)
  expect(Buffer.concat(data)).toEqual(Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 256)))
})

it('ignores what comes late for a connection that has failed', async () => {
  await using server = await peer(echo)
  await using relay = await relayProcess()
  relay.stdin.write(frame(1, 'open', 'nowhere'))
  await framesUntil(relay.stdout, 'close')
  const late = [frame(1, 'data', 'x'), frame(1, 'ended'), frame(1, 'pause'), frame(1, 'close')]
  relay.stdin.write(Buffer.concat([...late, frame(2, 'open', `127.0.0.1:${server.port}`)]))
  expect((await framesUntil(relay.stdout, 'opened')).at(-1)?.connection).toBe(2)
})

async function framesUntil(stdout: NodeJS.ReadableStream, last: Kind): Promise<readonly Frame[]> {
  const reader = new FrameReader()
  const frames: Frame[] = []
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      frames.push(...reader.take(chunk))
      if (frames.at(-1)?.kind !== last) return
      stdout.off('data', hear)
      resolve(frames)
    }
    stdout.on('data', hear).once('end', () => reject(new Error(`it ended before ${last}`)))
  })
}
