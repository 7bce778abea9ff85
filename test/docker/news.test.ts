import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { News } from '../../harness/docker/news.js'
import { CONTAINER, event } from './fakes/daemon-that-misbehaves.js'

/** News whose streams the test writes. */
function listener() {
  const streams: PassThrough[] = []
  const news = new News(async () => {
    await pause(5)
    const stream = new PassThrough()
    streams.push(stream)
    return stream
  })
  return { news, streams, last: () => streams.at(-1), [Symbol.dispose]: () => news[Symbol.dispose]() }
}

const isDone = (work: Promise<unknown>) => Promise.race([work.then(() => true), pause(20, false)])

describe('the news of an engine', () => {
  it('are asked for once, by however many at the same time', async () => {
    using told = listener()
    const { news, streams } = told
    await Promise.all([news.listen(), news.listen(), news.listen()])
    await news.listen()
    expect(streams).toHaveLength(1)
  })

  it('tell of kills for memory and of ends, whatever stands between the lines', async () => {
    using told = listener()
    const { news, last } = told
    await news.listen()
    const record = news.record(CONTAINER)
    last()?.write(
      `${event('oom')}null\n{"Action":"die"}\n\n${event('oom')}${event('die', { exitCode: '7' })}`,
    )
    expect(await record.exited).toBe(7)
    expect(record.memoryKills).toBe(2)
  })

  it.each([
    ['end', (stream: PassThrough) => stream.end()],
    ['break', (stream: PassThrough) => stream.destroy(new Error('read ECONNRESET'))],
    ['vanish', (stream: PassThrough) => stream.destroy()],
  ])('are asked for again when they %s, and what was missed is known', async (_, stop) => {
    using told = listener()
    const { news, streams } = told
    await news.listen()
    const record = news.record(CONTAINER)
    expect(await isDone(record.missed)).toBe(false)
    for (const stream of streams) stop(stream)
    expect(await isDone(record.missed)).toBe(true)
    expect(news.interruptions).toBe(1)
    await pause(1200)
    expect(streams).toHaveLength(2)
    // What is told from now on is not missed.
    expect(await isDone(record.missed)).toBe(false)
    streams[1]?.write(event('die', { exitCode: '0' }))
    expect(await record.exited).toBe(0)
  })

  it('are asked for no more once they are closed', async () => {
    using told = listener()
    const { news, streams } = told
    await news.listen()
    const record = news.record(CONTAINER)
    news[Symbol.dispose]()
    expect(await isDone(record.missed)).toBe(true)
    await pause(1200)
    expect(streams).toHaveLength(1)
    expect(news.interruptions).toBe(0)
  })

  it('are let go of where they come after that', async () => {
    using told = listener()
    const { news, streams } = told
    const listening = news.listen()
    news[Symbol.dispose]()
    await listening
    await pause(10)
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true])
  })
})
