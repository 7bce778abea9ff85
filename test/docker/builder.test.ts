import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import { caBundle } from '../../harness/docker/ca-bundle.js'
import type { Engine } from '../../harness/docker/contract.js'
import {
  buildEnvironmentImage,
  findEnvironmentImage,
  type Means,
  type Wanted,
} from '../../harness/docker/environment-image.js'
import { readPipSettings } from '../../harness/docker/pip-settings.js'
import { eventually } from '../servers/eventually.js'
import { EngineWithBadBuilders, type Misbehaviour } from './fakes/builders.js'
import { containersOf, own, ownNetwork, removeImages, runIn, type OwnNetwork } from './own-engine.js'
import { IMAGE_ID } from './python-image.js'
import { engineEnvironment } from './test-engine.js'
import { WatchedEngine } from './watched-engine.js'
import { lockOf, WheelIndex } from './wheel-index.js'

const CANARY = { name: 'ann', password: 'canary/of:secrets' }
const SECRETS = /canary|ann:/

const interpreters = await findInterpreters()

let network: OwnNetwork
let image: string
let index: WheelIndex
const images: string[] = []

beforeAll(async () => {
  network = await ownNetwork()
  image = IMAGE_ID
  index = await WheelIndex.open(CANARY)
})
afterAll(async () => {
  await removeImages(images)
  await index[Symbol.asyncDispose]()
  await network[Symbol.asyncDispose]()
})

function wanted(lock: string, client = 'demo-1.0'): Wanted {
  return { client, lock, python: '3.11', image }
}

function means(parts: Partial<Means> = {}): Means {
  const pip = index.settings(network.gateway)
  return { pip, ca: null, network: network.id, signal: new AbortController().signal, ...parts }
}

async function build(engine: Engine, lock: string, parts: Partial<Means> = {}) {
  const built = await buildEnvironmentImage(engine, wanted(lock), means(parts))
  if (built.kind === 'built') images.push(built.image)
  return built
}

/** The engine takes its time to remove what has ended. */
async function expectNothingLeft(engine: WatchedEngine) {
  await eventually(async () => (await engine.left()).length === 0)
  expect(await engine.left()).toEqual([])
}

describe('an environment from the real index', () => {
  /** The machine's own way to the index: certificates and proxies are its affair. */
  async function realMeans(): Promise<Means> {
    const { options, cert } = await readPipSettings({
      env: process.env,
      home: homedir(),
      platform: process.platform,
    })
    return means({ pip: options, ca: await caBundle({ env: process.env, pipCert: cert }) })
  }

  it('is built once, works for a stranger in a read-only container, and is found again', async () => {
    await using engine = await WatchedEngine.open()
    const psycopg2 = wanted(
      await readFile('test/clients/fixtures/psycopg2-2.9.13.txt', 'utf8'),
      'psycopg2-2.9.13',
    )
    const built = await buildEnvironmentImage(engine, psycopg2, await realMeans())
    if (built.kind !== 'built') throw new Error(built.reason)
    images.push(built.image)
    expect(built.python).toMatch(/^3\.11\.\d+$/)
    expect(built.packages).toEqual({ 'psycopg2-binary': '2.9.13' })
    expect(await runIn(built.image, 'import psycopg2, os; print(psycopg2.__version__, os.getuid())')).toMatch(
      /^2\.9\.13 .* 10001\n$/,
    )
    const { kind, ...kept } = built
    expect(kind).toBe('built')
    expect(await findEnvironmentImage(engine, psycopg2)).toEqual(kept)
    expect(engine.createdAs('builder')).toHaveLength(1)
    await expectNothingLeft(engine)
  })

  it('is refused where no wheel fits this Python', async () => {
    await using engine = await WatchedEngine.open()
    const old = wanted(await readFile('test/clients/fixtures/psycopg2-2.8.6.txt', 'utf8'), 'psycopg2-2.8.6')
    const built = await buildEnvironmentImage(engine, old, await realMeans())
    const reason = expect.stringMatching(/psycopg2-binary==2\.8\.6[^]*none fits this Python/)
    expect(built).toEqual({ kind: 'refused', reason })
    await expectNothingLeft(engine)
  })

  it('is built from source where that takes no compiler', async () => {
    await using engine = await WatchedEngine.open()
    const lock = await readFile('test/clients/fixtures/py-postgresql-1.3.1.txt', 'utf8')
    const built = await buildEnvironmentImage(engine, wanted(lock), await realMeans())
    if (built.kind !== 'built') throw new Error(built.reason)
    images.push(built.image)
    expect(built).toMatchObject({
      packages: { 'py-postgresql': '1.3.1' },
      built: { 'py-postgresql': expect.stringMatching(/^(py3-none-any|cp311-cp311-linux_x86_64)$/) },
    })
    const search = 'import postgresql, os, sys; print(postgresql.version, os.listdir("/opt/pgmatrix"))'
    expect(await runIn(built.image, search)).toBe("1.3.1 ['environment']\n")
    await expectNothingLeft(engine)
  })

  it('is not there, for a reason, where the image lacks what building it takes', async () => {
    await using engine = await WatchedEngine.open()
    const lock = await readFile('test/clients/fixtures/pygresql-6.2.3.txt', 'utf8')
    const built = await buildEnvironmentImage(engine, wanted(lock), await realMeans())
    expect(built).toEqual({
      kind: 'not-run',
      reason: expect.stringMatching(
        /^PyGreSQL must be built from source, and the image lacks .*apt-get install .*; name one that has it/,
      ),
    })
    await expectNothingLeft(engine)
  })

  const hasOwnAuthority = Boolean(process.env.PIP_CERT)

  it.runIf(hasOwnAuthority)('needs the authority that signs on this network', async () => {
    await using engine = await WatchedEngine.open()
    const psycopg2 = wanted(`${await readFile('test/clients/fixtures/psycopg2-2.9.13.txt', 'utf8')}# again\n`)
    const building = buildEnvironmentImage(engine, psycopg2, { ...(await realMeans()), ca: null })
    await expect(building).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(
        /the package index was not reached; its certificate .* --ca-bundle FILE/,
      ),
    })
    await expectNothingLeft(engine)
  })
})

describe('an environment', () => {
  it('holds compiled files that are valid, and belongs to root', async () => {
    await using engine = await WatchedEngine.open()
    const built = await build(engine, index.add('compiled_demo', '1.0'))
    if (built.kind !== 'built') throw new Error(built.reason)
    const look = `
import os, sys, importlib.util as u
sys.dont_write_bytecode = True
import compiled_demo, importlib._bootstrap_external as b
source = compiled_demo.__file__
data = open(u.cache_from_source(source), "rb").read()
print(int.from_bytes(data[8:12], "little") == int(os.stat(source).st_mtime))
walked = [os.lstat(os.path.join(f, n)) for f, d, ns in os.walk("/opt/pgmatrix") for n in [".", *d, *ns]]
print({(s.st_uid, s.st_gid) for s in walked}, {oct(s.st_mode & 0o022) for s in walked if not s.st_mode & 0o020000 == 0o020000})
print(sys.prefix, sorted(os.listdir("/opt/pgmatrix")), os.stat("/opt").st_uid)
`
    expect(await runIn(built.image, look)).toBe(
      "True\n{(0, 0)} {'0o0'}\n/opt/pgmatrix/environment ['environment'] 0\n",
    )
  })

  it('carries nothing of the run, which would make it garbage', async () => {
    await using engine = await WatchedEngine.open()
    const built = await build(engine, index.add('labelled_demo', '1.0'))
    if (built.kind !== 'built') throw new Error(built.reason)
    const { Config } = await own.getImage(built.image).inspect()
    expect(Config.Labels).toEqual({
      'pgmatrix.run': '',
      'pgmatrix.owner': '',
      'pgmatrix.expires': '',
      'pgmatrix.role': 'environment',
      'pgmatrix.key': expect.stringMatching(/^[0-9a-f]{64}$/),
      'pgmatrix.record': `{"python":"${built.python}","packages":{"labelled-demo":"1.0"},"built":{}}`,
    })
    const base = await own.getImage(image).inspect()
    expect({ cmd: Config.Cmd, env: Config.Env, user: Config.User }).toEqual({
      cmd: base.Config.Cmd,
      env: base.Config.Env,
      user: '10001:10001',
    })
  })

  it('keeps the password of an index to itself', async () => {
    await using engine = await WatchedEngine.open()
    const built = await build(engine, index.add('secret_demo', '1.0'))
    if (built.kind !== 'built') throw new Error(built.reason)
    expect(engine.created).toHaveLength(2)
    expect(JSON.stringify(engine.created)).not.toMatch(SECRETS)
    expect(JSON.stringify(await own.getImage(built.image).inspect())).not.toMatch(SECRETS)
    expect(JSON.stringify(await own.getImage(built.image).history())).not.toMatch(SECRETS)
    const search = `
import os
for folder, _, names in os.walk("/opt"):
    for path in (os.path.join(folder, name) for name in names):
        if os.path.isfile(path) and b"canary" in open(path, "rb").read(): print(path)
print("searched")
`
    expect(await runIn(built.image, search)).toBe('searched\n')
  })

  it('is made in containers that are shut in', async () => {
    await using engine = await WatchedEngine.open()
    await build(engine, index.add('shut_in_demo', '1.0'))
    const [[builder], [maker]] = [engine.createdAs('builder'), engine.createdAs('maker')]
    if (!builder || !maker) throw new Error('they were not created')
    for (const { Config, HostConfig, Mounts } of [builder, maker]) {
      expect(Config.User).toBe('10001:10001')
      expect(HostConfig).toMatchObject({
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Privileged: false,
        Binds: null,
      })
      expect(Mounts.filter(({ Type }) => Type === 'bind')).toEqual([])
      expect(HostConfig.PortBindings ?? {}).toEqual({})
    }
    expect(builder.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      AutoRemove: true,
      Memory: 2 * 1024 ** 3,
      MemorySwap: 2 * 1024 ** 3,
      PidsLimit: 128,
      NetworkMode: network.id,
    })
    expect(maker.HostConfig).toMatchObject({ NetworkMode: 'none' })
    expect(maker.State.Status).toBe('created')
  })
})

describe('a failure', () => {
  const OTHER = { name: 'ann', password: 'canary-that-is-wrong' }
  const CLOSED = { 'index-url': 'http://ann:canary@127.0.0.1:9/simple/', retries: '0' }

  it.each<[string, () => string, () => Partial<Means>, RegExp]>([
    [
      'no index',
      () => lockOf('demo', '1.0', '0'.repeat(64)),
      () => ({ pip: CLOSED }),
      /was not reached; check that/,
    ],
    [
      'a wrong password',
      () => index.add('denied_demo', '1.0'),
      () => ({ pip: index.settings(network.gateway, OTHER) }),
      /was not reached; it refuses us/,
    ],
    ['no such project', () => lockOf('nosuch', '1.0', '0'.repeat(64)), () => ({}), /has no such release/],
    [
      'no such release',
      () => index.add('old_demo', '1.0').replace('1.0', '2.0'),
      () => ({}),
      /has no such release/,
    ],
  ])('that is the surroundings’ stops all: %s', async (_, lock, parts, message) => {
    await using engine = await WatchedEngine.open()
    const failure: unknown = await build(engine, lock(), parts()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'EnvironmentError', message: expect.stringMatching(message) })
    expect(failure).toMatchObject({ message: expect.not.stringMatching(SECRETS) })
    await expectNothingLeft(engine)
  })

  it.each<[string, () => string, RegExp]>([
    [
      'another Python’s wheel',
      () => index.add('py2_demo', '1.0', { tag: 'cp27-cp27m-any' }),
      /none fits this Python/,
    ],
    [
      'another file than the locked one',
      () => index.add('swapped_demo', '1.0').replace(/[0-9a-f]{64}/, '0'.repeat(64)),
      /DO NOT MATCH THE HASHES/,
    ],
  ])('that is the packages’ is an answer: %s', async (_, lock, reason) => {
    await using engine = await WatchedEngine.open()
    const built = await build(engine, lock())
    expect(built).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) })
    expect(JSON.stringify(built)).not.toMatch(SECRETS)
    await expectNothingLeft(engine)
  })

  it.each<[Misbehaviour, RegExp]>([
    [
      'cutsOffItsArchive',
      /demo-1\.0 on Python 3\.11 in a container failed: its container ended with 137\nKilled$/,
    ],
    ['cutsOffBetweenFiles', /its container ended with 137/],
    ['sendsTooMuch', /longer than announced/],
    ['announcesTooMuch', /it has 3072 MB; 1024 MB are the most/],
    ['talksNonsense', /its container ended with 137\nKilled$/],
    ['saysNothing', /its memory of 2048 MB was used up/],
  ])('of a builder that %s leaves no image and no container', async (misbehaviour, message) => {
    await using engine = await EngineWithBadBuilders.behaving(misbehaviour)
    const lock = lockOf('demo', '1.0', misbehaviour)
    await expect(build(engine, lock)).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(message),
    })
    expect(await findEnvironmentImage(engine, wanted(lock))).toBeUndefined()
    await expectNothingLeft(engine)
  })
})

describe('a builder', () => {
  it('ends at the deadline, and when told to', async () => {
    await using engine = await WatchedEngine.open()
    await using silent = await WheelIndex.open(CANARY)
    silent.silent = true
    const lock = silent.add('silent_demo', '1.0')
    const pip = { ...silent.settings(network.gateway), timeout: '120' }
    await expect(build(engine, lock, { pip, deadline: 4 })).rejects.toThrow(/failed: no end after 4 s$/)
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 3000)
    await expect(build(engine, lock, { pip, signal: stop.signal })).rejects.toThrow('Ctrl-C')
    await expectNothingLeft(engine)
  })

  it('ends when its harness is killed', async () => {
    await using silent = await WheelIndex.open(CANARY)
    silent.silent = true
    const pip = { ...silent.settings(network.gateway), timeout: '120' }
    const order = {
      doing: 'waiting',
      lock: silent.add('lease_demo', '1.0'),
      image,
      network: network.id,
      pip,
      ca: null,
    }
    const script = `${import.meta.dirname}/fakes/holds-a-builder.mjs`
    const env = { ...process.env, ...engineEnvironment() }
    const holder = execFile(process.execPath, [script, JSON.stringify(order)], { env })
    const run = await new Promise<string>((resolve, reject) => {
      holder.stdout?.once('data', (text: string) => resolve(text.trim()))
      holder.once('exit', () => reject(new Error('it ended too early')))
    })
    const builders = () => containersOf(run)
    await pause(2000) // pip is at it by now
    expect(await builders()).toHaveLength(1)
    holder.kill('SIGKILL')
    expect(await eventually(async () => (await builders()).length === 0)).toBe(true)
  })

  it.each(interpreters)('has a program that Python $version takes', async ({ path }) => {
    const script = 'import runpy, sys; print(len(runpy.run_path(sys.argv[1])["INSTALL"]))'
    const words = ['-I', '-c', script, 'python-fixtures/containers/build.py']
    expect((await promisify(execFile)(path, words)).stdout).toMatch(/^\d+\n$/)
  })
})
