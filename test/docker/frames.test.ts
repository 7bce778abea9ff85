import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { splitFrames } from '../../harness/docker/frames.js'

function frame(kind: number, payload: string, length = Buffer.byteLength(payload)): Buffer {
  const header = Buffer.from([kind, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(length, 4)
  return Buffer.concat([header, Buffer.from(payload)])
}

async function split(chunks: readonly Buffer[]) {
  const { stdout, stderr, ended } = splitFrames(Readable.from(chunks))
  const [out, err, problem] = await Promise.all([text(stdout), text(stderr), ended])
  return { out, err, problem }
}

const MIXED = Buffer.concat([
  frame(1, 'hel'),
  frame(2, 'oh no'),
  frame(1, ''),
  frame(1, 'lo π'),
  frame(2, '!'),
])

describe('the stream of an attached container is split by kind', () => {
  it.each([1, 2, 3, 7, 8, 9, 1000])('in chunks of %i bytes', async (size) => {
    const chunks = Array.from({ length: Math.ceil(MIXED.length / size) }, (_, index) =>
      MIXED.subarray(index * size, (index + 1) * size),
    )
    expect(await split(chunks)).toEqual({ out: 'hello π', err: 'oh no!', problem: undefined })
  })

  it('with a hundred thousand tiny frames in one chunk', async () => {
    const many = Buffer.concat(Array.from({ length: 100_000 }, () => frame(1, 'x')))
    const { out, problem } = await split([many])
    expect(out).toHaveLength(100_000)
    expect(problem).toBeUndefined()
  })

  it.each([
    ['in a payload', [frame(1, 'whole'), frame(1, 'torn', 10)], 'the stream ended in the middle of a frame'],
    [
      'in a header',
      [frame(1, 'whole'), frame(1, '').subarray(0, 5)],
      'the stream ended in the middle of a frame',
    ],
    [
      'not at all: no frames',
      [Buffer.from('HTTP/1.1 500 Internal')],
      'frame of an unknown kind 72: this is no attached container',
    ],
  ])('and one that is cut off %s is told from one that ended', async (_, chunks, problem) => {
    expect((await split(chunks)).problem).toBe(problem)
  })

  it('and a source that breaks ends it with the reason', async () => {
    const source = new PassThrough()
    const { stdout, stderr, ended } = splitFrames(source)
    stdout.resume()
    stderr.resume()
    source.write(frame(1, 'x'))
    source.destroy(new Error('read ECONNRESET'))
    expect(await ended).toBe('read ECONNRESET')
  })

  it('and waits for a reader that is slow', async () => {
    let given = 0
    const source = Readable.from(
      (function* () {
        for (; given < 1000; given++) yield frame(1, 'x'.repeat(10_000))
      })(),
    )
    const { stdout, stderr } = splitFrames(source)
    stderr.resume()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(given).toBeLessThan(100)
    expect(await text(stdout)).toHaveLength(10_000_000)
  })
})
