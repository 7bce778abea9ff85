import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openEngine, type LiveEngine } from '../../harness/docker/engine.js'
import { EngineError } from '../../harness/docker/engine-error.js'
import {
  answers500,
  answersAWebPage,
  answersLate,
  diesInMidResponse,
  fakeDaemon,
  greetsWithAWebPage,
  hangsInMidBody,
  hangsUp,
  json,
  saysNothing,
  WANTED,
  type FakeDaemon,
  type Misbehaviour,
} from './fakes/daemon-that-misbehaves.js'

/** Seconds for every question. */
const DEADLINE = 0.3

function open({ socket }: Pick<FakeDaemon, 'socket'>): Promise<LiveEngine> {
  const address = { kind: 'unix', shown: `unix://${socket}`, path: socket } as const
  return openEngine(address, { lifetime: 60, deadline: DEADLINE })
}

async function failure(work: Promise<unknown>): Promise<{ error: EngineError; ms: number }> {
  const begun = performance.now()
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof EngineError) return { error, ms: performance.now() - begun }
  throw error
}

const networks = (engine: LiveEngine) => engine.ask('listing networks', (docker) => docker.listNetworks())

/** Words, status, and the most milliseconds that a question may take. */
type Told = readonly [Misbehaviour, string, number | undefined, number]

describe('a question fails in time and in one sentence', () => {
  it.each<[string, ...Told]>([
    ['says nothing', { answer: saysNothing }, 'no answer within 0.3 s', undefined, 500],
    ['answers too late', { answer: answersLate }, 'no answer within 0.3 s', undefined, 500],
    ['answers 500', { answer: answers500 }, 'the layer store is broken.', 500, 200],
    ['answers with a web page', { answer: answersAWebPage }, 'it answered 502 with a web page', 502, 200],
    ['dies in mid-response', { answer: diesInMidResponse }, 'no answer within 0.3 s', undefined, 500],
    ['hangs in mid-body', { answer: hangsInMidBody }, 'no answer within 0.3 s', undefined, 500],
    ['hangs up', { answer: hangsUp }, 'socket hang up', undefined, 200],
  ])('where the engine %s', async (_, misbehaviour, words, status, most) => {
    await using daemon = await fakeDaemon(misbehaviour)
    await using engine = await open(daemon)
    const { error, ms } = await failure(networks(engine))
    expect(error.message).toContain(
      `The Docker engine at unix://${daemon.socket} failed at listing networks: ${words}`,
    )
    expect(error.message).not.toContain('\n')
    expect(error.status).toBe(status)
    expect(ms).toBeLessThan(most)
    await pause(700) // whatever comes late has no reader, and no rejection is unhandled
  })

  it.each<[string, ...Told]>([
    ['refuses', { refusal: json(404, { message: 'no such container' }) }, 'no such container', 404, 300],
    ['answers without one', { refusal: json(200, {}) }, 'failed at attaching', 200, 300],
    ['hangs', { refusal: hangsInMidBody }, 'no answer within 0.3 s', undefined, 1000],
  ])('where the engine %s when it is asked for streams', async (_, misbehaviour, words, status, most) => {
    await using daemon = await fakeDaemon(misbehaviour)
    await using engine = await open(daemon)
    const { error, ms } = await failure(engine.start(WANTED))
    expect({ message: error.message, status: error.status }).toEqual({
      message: expect.stringContaining(words),
      status,
    })
    expect(ms).toBeLessThan(most)
    expect(daemon.questions.at(-1)).toBe('DELETE /containers/c0ffee')
  })
})

describe('an engine that answers nothing at all', () => {
  it('is known as silent after one question, and then holds nobody up', async () => {
    const misbehaviour = { answer: saysNothing, hello: once200ThenNothing() }
    await using daemon = await fakeDaemon(misbehaviour)
    await using engine = await open(daemon)
    const container = await engine.start(WANTED)
    const first = await failure(networks(engine))
    expect(first.error.message).toBe(
      `The Docker engine at unix://${daemon.socket} takes questions and does not answer any more. Start it anew, and run again.`,
    )
    expect(first.ms).toBeLessThan(1000)
    // Whoever waits for a container waits no longer.
    expect(await container.fate).toEqual({ kind: 'lost', reason: 'the engine does not answer' })
  })
})

function once200ThenNothing() {
  let greeted = false
  return (response: Parameters<typeof saysNothing>[0]) => {
    if (!greeted) response.end('OK')
    greeted = true
  }
}

describe('what is no engine', () => {
  it.each([
    ['answers with a web page', { hello: answersAWebPage }, 'it answered 502 with a web page'],
    ['answers with another page', { hello: greetsWithAWebPage }, 'what answers there is no Docker engine'],
    ['hangs up', { hello: hangsUp }, 'socket hang up'],
  ])('is told at once: it %s', async (_, misbehaviour, words) => {
    await using daemon = await fakeDaemon(misbehaviour)
    const { error, ms } = await failure(open(daemon))
    expect(error.message).toContain(`failed at saying hello: ${words}`)
    expect(ms).toBeLessThan(300)
  })

  it('is not waited for where nothing listens', async () => {
    const { error, ms } = await failure(open({ socket: '/nowhere/docker.sock' }))
    expect(error.message).toContain('Is it running? Start it, name another one with DOCKER_HOST')
    expect(ms).toBeLessThan(300)
  })
})

describe('an engine that is started again', () => {
  it('is waited for by whoever asks meanwhile', async () => {
    const first = await fakeDaemon({ answer: json(200, []) })
    await using engine = await open(first)
    await first[Symbol.asyncDispose]()
    await pause(50)
    const asked = networks(engine)
    await pause(500)
    await using again = await fakeDaemon({ answer: json(200, []) }, first.socket)
    expect(await asked).toEqual([])
    expect(again.questions).toEqual(['GET /networks'])
  })

  it('is asked for the whole container again where it broke off in the middle', async () => {
    let times = 0
    const refusal = (response: Parameters<typeof saysNothing>[0]) => {
      times += 1
      if (times < 3) response.destroy()
      else answers500(response)
    }
    await using daemon = await fakeDaemon({ refusal })
    await using engine = await open(daemon)
    const { error } = await failure(engine.start(WANTED))
    expect(error.status).toBe(500)
    expect(daemon.questions.filter((question) => question === 'POST /containers/create')).toHaveLength(3)
  })
})

describe('a process that has closed its engine ends by itself', () => {
  const program = fileURLToPath(new URL('fakes/asks-and-closes.mjs', import.meta.url))

  it.each<[string, Misbehaviour]>([
    ['says nothing', { answer: saysNothing }],
    ['answers too late', { answer: answersLate }],
    ['hangs in mid-body', { answer: hangsInMidBody }],
    ['dies in mid-response', { answer: diesInMidResponse }],
    ['gives streams too late', { refusal: saysNothing }],
  ])('where the engine %s', async (_, misbehaviour) => {
    await using daemon = await fakeDaemon(misbehaviour)
    const child = spawn(process.execPath, [program, daemon.socket], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [closed]: unknown[] = await once(child.stdout, 'data')
    expect(String(closed)).toBe('closed\n')
    const ended = await Promise.race([once(child, 'exit'), pause(2000, 'still runs', { ref: false })])
    child.kill('SIGKILL')
    expect(ended).toEqual([0, null])
  })
})
