import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { ContainerProcess } from '../../harness/docker/container-process.js'
import type { Fate } from '../../harness/docker/contract.js'
import { openEngine } from '../../harness/docker/engine.js'
import { ConnectionLost } from '../../harness/core/runtime.js'
import { WorkerProcess } from '../../harness/run/worker-process.js'
import {
  answers500,
  event,
  fakeDaemon,
  frame,
  json,
  saysNothing,
  WANTED,
  type Answer,
  type Misbehaviour,
} from './fakes/daemon-that-misbehaves.js'

/** A container's whole life on an engine that misbehaves: what it wrote, its fate, milliseconds. */
async function life(misbehaviour: Misbehaviour) {
  await using daemon = await fakeDaemon(misbehaviour)
  const address = { kind: 'unix', shown: 'unix://fake', path: daemon.socket } as const
  await using engine = await openEngine(address, { lifetime: 60, deadline: 0.5 })
  const begun = performance.now()
  const container = await engine.start(WANTED)
  const { stdout, stderr, fate } = container
  const [out, err, end] = await Promise.all([text(stdout), text(stderr), fate])
  const { memoryKills } = container
  return { out, err, end, memoryKills, ms: performance.now() - begun, interruptions: engine.interruptions }
}

const TEN_THOUSAND = Buffer.concat(Array.from({ length: 10_000 }, () => frame(1, 'x')))
const exited = (code: number): Fate => ({ kind: 'exited', code })
const lost = (reason: string): Fate => ({ kind: 'lost', reason })

type Attached = (streams: Duplex, news: ServerResponse) => void

/** Milliseconds within which its fate is known. */
const SOON = 500
/** Where news may still be on their way. */
const LATER = 4000

describe('what becomes of a container is known, and is not taken for its own doing where it is the engine’s', () => {
  it.each<[string, Attached, Fate, number]>([
    [
      'its end was told, and its output is over',
      (streams, news) => {
        news.write(event('die', { exitCode: '3' }))
        streams.end(frame(1, 'done'))
      },
      exited(3),
      SOON,
    ],
    [
      'its end was told in pieces, among other news',
      (streams, news) => {
        news.write('what is this?\n{}\n')
        const told = event('die', { exitCode: '0' })
        news.write(told.slice(0, 20))
        setTimeout(() => news.write(told.slice(20)), 20)
        streams.end()
      },
      exited(0),
      SOON,
    ],
    [
      'a frame was cut off',
      (streams) => streams.end(frame(1, 'torn', 1000)),
      lost('the stream ended in the middle of a frame'),
      LATER,
    ],
    [
      'a frame of an unknown kind came',
      (streams) => streams.write('HTTP/1.1 500 Internal Server Error\r\n\r\n'),
      lost('frame of an unknown kind 72: this is no attached container'),
      LATER,
    ],
    ['nothing was told', (streams) => streams.end(), lost('the engine broke off its stream'), LATER],
    [
      'all streams ended, as with an engine that was killed',
      (streams, news) => {
        news.destroy()
        streams.destroy()
      },
      lost('the engine broke off its stream'),
      SOON,
    ],
    [
      'the engine sent it a signal first, as one does that is stopped',
      (streams, news) => {
        news.write(event('kill', { signal: '9' }))
        news.write(event('die', { exitCode: '137' }))
        streams.end()
      },
      lost('somebody had the engine send it signal 9'),
      SOON,
    ],
  ])('where %s', async (_, attached, fate, most) => {
    const { end, ms } = await life({ attached })
    expect(end).toEqual(fate)
    expect(ms).toBeLessThan(most)
  })

  it('where ten thousand tiny frames come in one chunk', async () => {
    const { out, err, end, ms } = await life({
      attached: (streams, news) => {
        streams.end(Buffer.concat([TEN_THOUSAND, frame(2, 'end')]))
        news.write(event('die', { exitCode: '0' }))
      },
    })
    expect({ out: out.length, err, end }).toEqual({ out: 10_000, err: 'end', end: exited(0) })
    expect(ms).toBeLessThan(SOON)
  })

  it('where its memory was used up', async () => {
    const { memoryKills, end, interruptions } = await life({
      attached: (streams, news) => {
        news.write(event('oom'))
        news.write(event('die', { exitCode: '137' }))
        streams.end()
      },
    })
    expect({ memoryKills, end, interruptions }).toEqual({
      memoryKills: 1,
      end: exited(137),
      interruptions: 0,
    })
  })
})

describe('an interruption is counted', () => {
  it.each<[string, Attached, number]>([
    ['where the engine breaks off its news', (_, news) => news.destroy(), 1],
    ['where it ends them', (_, news) => news.end(), 1],
    ['where it kills the container', (_, news) => void news.write(event('kill', { signal: '15' })), 1],
    ['not where the container ends', (_, news) => void news.write(event('die', { exitCode: '1' })), 0],
  ])('%s', async (_, misbehave, count) => {
    const attached: Attached = (streams, news) => {
      misbehave(streams, news)
      setTimeout(() => streams.end(), 50)
    }
    expect((await life({ attached })).interruptions).toBe(count)
  })

  it('not where we have the container killed', async () => {
    let tell: ServerResponse | undefined
    await using daemon = await fakeDaemon({ attached: (_, news) => (tell = news) })
    const address = { kind: 'unix', shown: 'unix://fake', path: daemon.socket } as const
    await using engine = await openEngine(address, { lifetime: 60 })
    const container = await engine.start(WANTED)
    const killed = container.kill()
    tell?.write(event('kill', { signal: '9' }))
    tell?.write(event('die', { exitCode: '137' }))
    await killed
    expect(await container.fate).toEqual(exited(137))
    expect(engine.interruptions).toBe(0)
  })
})

describe('a worker that is silent because its engine is', () => {
  it('is lost, and did not crash', async () => {
    let tell: ServerResponse | undefined
    const removal = async (response: ServerResponse) => {
      await pause(2500)
      tell?.write(event('die', { exitCode: '137' }))
      response.writeHead(204).end()
    }
    await using daemon = await fakeDaemon({
      removal: (response) => void removal(response),
      attached: (_, news) => (tell = news),
    })
    const address = { kind: 'unix', shown: 'unix://fake', path: daemon.socket } as const
    await using engine = await openEngine(address, { lifetime: 60 })
    const worker = new ContainerProcess(await engine.start(WANTED), 'the worker of a test', 1)
    await expect(worker.kill()).rejects.toMatchObject({
      name: 'ConnectionLost',
      message: 'the engine was silent: ending the worker of a test took 3 s',
    })
  })

  it('and one that was asked to end is let go of, whatever the engine does', async () => {
    await using daemon = await fakeDaemon({ removal: saysNothing })
    const address = { kind: 'unix', shown: 'unix://fake', path: daemon.socket } as const
    await using engine = await openEngine(address, { lifetime: 60, deadline: 0.3 })
    const worker = new ContainerProcess(await engine.start(WANTED), 'the worker of a test', 1)
    worker.end()
    await worker.kill()
    expect(await worker.ended).toEqual({ lost: expect.any(String) })
  })
})

describe('a worker in which a recipe failed', () => {
  async function settled(answer: Answer): Promise<void> {
    await using daemon = await fakeDaemon({ answer })
    const address = { kind: 'unix', shown: 'unix://fake', path: daemon.socket } as const
    await using engine = await openEngine(address, { lifetime: 60 })
    const worker = new WorkerProcess(
      new ContainerProcess(await engine.start(WANTED), 'the worker of a test', 1),
    )
    try {
      await worker.settled()
    } finally {
      alive = worker.alive
    }
  }
  let alive: boolean
  const running = (Networks: object) => json(200, { State: { Running: true }, NetworkSettings: { Networks } })

  it.each([
    ['it has lost its network, also before that was told', running({}), 'somebody took it off its network'],
    ['its engine is in trouble', answers500, expect.stringContaining('the layer store is broken')],
  ])('is out of reach where %s, and is not given to anybody again', async (_, answer, reason) => {
    const lost = await settled(answer).catch((error: unknown) => error)
    expect(lost).toBeInstanceOf(ConnectionLost)
    expect(String(lost).replace('ConnectionLost: the worker is out of reach: ', '')).toEqual(reason)
    expect(alive).toBe(false)
  })

  it.each([
    ['has its network', running({ cells: {} })],
    ['has ended', json(404, { message: 'No such container' })],
  ])('is asked no further where it %s', async (_, answer) => {
    await settled(answer)
    expect(alive).toBe(true)
  })
})
