import { describe, expect, it } from 'vitest'
import {
  frameHeader,
  FrameReader,
  KINDS,
  MalformedFrame,
  type Frame,
} from '../../harness/docker/relay-frames.js'

const bytes = (frame: Frame) => Buffer.concat([frameHeader(frame), frame.payload])
const FRAMES: readonly Frame[] = [
  { connection: 0, kind: 'ready', payload: Buffer.alloc(0) },
  { connection: 1, kind: 'opened', payload: Buffer.alloc(0) },
  { connection: 0xffff_ffff, kind: 'data', payload: Buffer.from('a row, π') },
  { connection: 2, kind: 'data', payload: Buffer.alloc(70_000, 7) },
  { connection: 1, kind: 'close', payload: Buffer.from('ECONNREFUSED Connection refused') },
]
const STREAM = Buffer.concat(FRAMES.map(bytes))

describe('frames come out of chunks that end anywhere', () => {
  it.each([1, 2, 8, 9, 10, 11, 4096, 80_000])('of %i bytes', (size) => {
    const reader = new FrameReader()
    const read: Frame[] = []
    for (let at = 0; at < STREAM.length; at += size) read.push(...reader.take(STREAM.subarray(at, at + size)))
    expect(read).toEqual(FRAMES)
    expect(reader.torn).toBe(false)
  })
})

it('reads ten thousand tiny frames in one chunk', () => {
  const tiny = (_: unknown, index: number): Frame => ({
    connection: index,
    kind: 'data',
    payload: Buffer.from([index % 256]),
  })
  const frames = Array.from({ length: 10_000 }, tiny)
  expect(new FrameReader().take(Buffer.concat(frames.map(bytes)))).toEqual(frames)
})

it.each([1, 8, 9, 12])('knows that a frame was cut off after %i bytes', (size) => {
  const reader = new FrameReader()
  expect(
    reader.take(bytes({ connection: 1, kind: 'data', payload: Buffer.from('rows') }).subarray(0, size)),
  ).toEqual([])
  expect(reader.torn).toBe(true)
})

it.each([
  ['an unknown kind', [0, 0, 0, 1, KINDS.length, 0, 0, 0, 0], `a frame of the unknown kind ${KINDS.length}`],
  ['a length beyond all reason', [0, 0, 0, 1, 3, 255, 255, 255, 255], 'a frame of 4294967295 bytes'],
])('refuses %s', (_, header, message) => {
  expect(() => new FrameReader().take(Buffer.from(header))).toThrow(new MalformedFrame(message))
})
