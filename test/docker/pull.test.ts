import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { engineAddress } from '../../harness/docker/address.js'
import type { Engine } from '../../harness/docker/contract.js'
import { openEngine } from '../../harness/docker/engine.js'
import { ensureImages } from '../../harness/docker/images.js'
import { EngineError } from '../../harness/docker/engine-error.js'
import { PullError } from '../../harness/docker/pull-failure.js'
import { PullProgress } from '../../harness/docker/pull-progress.js'
import * as daemons from './fakes/daemons-that-fail-pulls.js'

const HOME = mkdtempSync(path.join(tmpdir(), 'pgmatrix-no-config-'))
const LOCKED = { name: 'postgres:17', digest: `sha256:${'a'.repeat(64)}` }
const OTHER = { Id: `sha256:${'c'.repeat(64)}`, RepoDigests: [`postgres@sha256:${'b'.repeat(64)}`] }

const open: AsyncDisposable[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

type Daemon = Parameters<typeof daemons.fakeDaemon>[0]

async function engineOf(daemon: Daemon, inspected?: unknown): Promise<Engine> {
  return engineAt(await daemons.fakeDaemon(daemon, inspected))
}

async function engineAt(fake: daemons.FakeDaemon): Promise<Engine> {
  open.push(fake)
  const engine = await openEngine(await engineAddress({ DOCKER_HOST: `unix://${fake.socket}` }, HOME), {
    lifetime: 60,
  })
  open.push(engine)
  return engine
}

function ensure(engine: Engine, more: { signal?: AbortSignal; silence?: number } = {}) {
  const { signal = new AbortController().signal, silence = 0.3 } = more
  const options = { offline: false, env: {}, home: HOME, onProgress: () => {} }
  return ensureImages(engine, [LOCKED], { ...options, signal, silence })
}

it.each<[has: string, daemon: Daemon, kind: string, words: RegExp]>([
  ['an error in its news', daemons.daemonThatTellsOfAnErrorInItsNews, 'other', /unknown blob\. Run again/],
  ['a full disk', daemons.daemonThatFillsItsDisk, 'disk-full', /no space left on device\. Free some/],
  [
    'a layer of another digest',
    daemons.daemonThatFindsAnotherDigest,
    'wrong-digest',
    /not what matrix\/locks\/images\.yaml says/,
  ],
  [
    'no network',
    daemons.daemonThatLosesTheNetwork,
    'no-network',
    /reset by peer\. The engine did not reach the registry/,
  ],
  [
    'a rate limit',
    daemons.daemonThatIsLimited,
    'rate-limit',
    /rate limit\. .*try again in one to six, log in .* --mirror/,
  ],
  ['status 429', daemons.daemonThatIsToldToWait, 'rate-limit', /try again in one to six/],
  [
    'success, and another image',
    daemons.daemonThatBringsAnotherImage,
    'wrong-digest',
    /afterwards it has no postgres@sha256:a{64}/,
  ],
  ['an end in a line', daemons.daemonThatEndsInALine, 'other', /broke off in the middle of a line/],
  ['no end', daemons.daemonThatBreaksOff, 'other', /broke off in the middle of its news/],
  ['silence', daemons.daemonThatFallsSilent, 'other', /said nothing for 0\.3 s/],
  ['no answer', daemons.daemonThatNeverAnswers, 'other', /said nothing for 0\.3 s/],
  [
    'something else than JSON',
    daemons.daemonThatSaysSomethingElse,
    'other',
    /something else than news of a pull: "<html>/,
  ],
])('a daemon with %s: a PullError that says what and what next', async (_, daemon, kind, words) => {
  const engine = await engineOf(daemon, OTHER)
  const error = await ensure(engine).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PullError)
  expect(error).toMatchObject({ kind, message: expect.stringMatching(words) })
  expect(String(error)).toMatch(/^EngineError: The Docker engine at unix:.* failed at pulling postgres:17: /)
})

it('what takes its time and says so is waited for', async () => {
  const engine = await engineOf(daemons.daemonThatTakesItsTime, {
    ...OTHER,
    RepoDigests: [`x@${LOCKED.digest}`],
  })
  expect((await ensure(engine)).get(LOCKED.name)).toMatchObject({ id: OTHER.Id, digest: LOCKED.digest })
})

it('an engine that goes away is its own trouble, and none of the image', async () => {
  const engine = await engineOf(daemons.daemonThatNeverAnswers)
  for (const one of open.splice(0, 1)) await one[Symbol.asyncDispose]()
  const error = await ensure(engine).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(EngineError)
  expect(error).not.toBeInstanceOf(PullError)
  expect(String(error)).toContain('failed at listing its images')
})

it('aborting it ends a pull that says nothing, with the reason given', async () => {
  const stop = new AbortController()
  const engine = await engineOf(daemons.daemonThatFallsSilent)
  const pulling = ensure(engine, { signal: stop.signal, silence: 60 })
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 100)
  await expect(pulling).rejects.toThrow(/^Ctrl-C$/)
})

it('three are pulled at a time, and none after one that failed', async () => {
  const fake = await daemons.fakeDaemon(daemons.daemonThatFallsSilent)
  const engine = await engineAt(fake)
  const images = ['13', '14', '15', '16', '17'].map((tag) => ({ ...LOCKED, name: `postgres${tag}:1` }))
  const told: string[] = []
  const options = { offline: false, env: {}, home: HOME, silence: 0.3, signal: new AbortController().signal }
  const onProgress = (text: string) => told.push(text)
  await expect(ensureImages(engine, images, { ...options, onProgress })).rejects.toThrow(
    'it said nothing for 0.3 s',
  )
  expect(fake.pulls()).toBe(3)
  // Which of the three is asked for first is chance.
  expect(told.toSorted()).toEqual(['pulling postgres13:1', 'pulling postgres14:1', 'pulling postgres15:1'])
})

describe('progress', () => {
  it('is one line a second at most, and never goes back', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const told: string[] = []
    const progress = new PullProgress('postgres:17', (text) => told.push(text))
    const bytes = (id: string, current: number, total: number) =>
      progress.on({ status: 'Downloading', id, progressDetail: { current, total } })
    bytes('a', 20, 100)
    expect(told).toEqual([])
    vi.advanceTimersByTime(1001)
    bytes('a', 34, 100)
    bytes('a', 60, 100)
    expect(told).toEqual(['pulling postgres:17 34 %'])
    vi.advanceTimersByTime(1001)
    bytes('b', 0, 900)
    progress.on({ status: 'Pulling fs layer', id: 'c' })
    expect(told).toHaveLength(1)
    progress.on({ status: 'Download complete', id: 'a' })
    bytes('b', 450, 900)
    expect(told).toEqual(['pulling postgres:17 34 %', 'pulling postgres:17 55 %'])
  })
})
