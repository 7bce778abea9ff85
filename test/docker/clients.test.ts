import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { lockHeader } from '../../harness/clients/lock-text.js'
import type { Client } from '../../harness/core/matrix.js'
import { prepareClients, type PrepareImagesOptions } from '../../harness/docker/clients.js'
import type { Engine } from '../../harness/docker/contract.js'
import { WORKER } from '../../harness/docker/worker-image.js'
import { PACKAGE } from '../../harness/package.js'
import { ownSetting } from '../../harness/tools/setting.js'
import { psycopg2 } from '../clients/clients.js'
import { ownNetwork, removeImages, runIn, type OwnNetwork } from './own-engine.js'
import { IMAGE_ID } from './python-image.js'
import { WatchedEngine } from './watched-engine.js'
import { lockOf, WheelIndex } from './wheel-index.js'

let network: OwnNetwork
let image: string
let index: WheelIndex
let cache: string
const images: string[] = []

beforeAll(async () => {
  network = await ownNetwork()
  image = IMAGE_ID
  index = await WheelIndex.open({ name: 'ann', password: 'secret' })
})
afterAll(async () => {
  await removeImages(images)
  await index[Symbol.asyncDispose]()
  await network[Symbol.asyncDispose]()
})
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

/** A client of one made wheel. */
function client(lock: string, python = '>=3.10,<3.15'): Client {
  const bare = psycopg2('2.9.13', { python })
  return { ...bare, lock: lockHeader(bare) + lock }
}

async function prepare(
  engine: Engine,
  clients: readonly Client[],
  parts: Partial<PrepareImagesOptions> = {},
) {
  const prepared = await prepareClients(clients, {
    engine,
    pythons: [{ version: '3.11', image: async () => image }],
    network: async () => network.id,
    fixtures: join(PACKAGE, 'python-fixtures'),
    setting: ownSetting({ cache }),
    pip: index.settings(network.gateway),
    ca: null,
    onProgress: () => {},
    signal: new AbortController().signal,
    concurrency: 2,
    offline: false,
    ...parts,
  })
  for (const one of prepared) if (one.kind === 'ready') images.push(one.image)
  return prepared
}

describe('prepareClients', () => {
  it('keeps the order, whatever each one ends as, and needs nothing the second time', async () => {
    await using engine = await WatchedEngine.open()
    const clients = [
      client(index.add('first_demo', '1.0')),
      client('', '>=3.12'),
      client(index.add('misfit_demo', '1.0', { tag: 'cp27-cp27m-any' })),
      client(index.add('second_demo', '1.0')),
    ]
    const onProgress = vi.fn<(text: string) => void>()
    const prepared = await prepare(engine, clients, { onProgress })
    const python = expect.stringMatching(/^3\.11\./)
    expect(prepared).toMatchObject([
      { kind: 'ready', client: clients[0], packages: { 'first-demo': '1.0' }, python },
      { kind: 'not-run', client: clients[1], reason: 'needs Python >=3.12; the images at hand have 3.11' },
      {
        kind: 'refused',
        client: clients[2],
        reason: expect.stringMatching(/^on Python 3\.11: [^]*none fits/),
      },
      { kind: 'ready', client: clients[3], packages: { 'second-demo': '1.0' } },
    ])
    expect(onProgress.mock.calls).toEqual(
      clients.slice(1).map(() => ['installing psycopg2-2.9.13 on Python 3.11 in a container']),
    )
    const [first] = prepared
    if (!first || !clients[0]) throw new Error('nothing was prepared')

    await using other = await WatchedEngine.open()
    const network = () => Promise.reject(new Error('nothing must be built'))
    expect(await prepare(other, [clients[0]], { network, offline: true })).toEqual([first])
    expect(other.created).toEqual([])
  })

  it('takes the newest Python that takes the lock, and asks for no image that it does not need', async () => {
    await using engine = await WatchedEngine.open()
    const never = vi.fn<() => Promise<string>>()
    const once = vi.fn<() => Promise<string>>().mockResolvedValue(image)
    const pythons = [
      { version: '3.15', image: never },
      { version: '3.11', image: once },
    ]
    const clients = ['one_demo', 'two_demo'].map((name) => client(index.add(name, '1.0')))
    expect(await prepare(engine, clients, { pythons })).toMatchObject([{ kind: 'ready' }, { kind: 'ready' }])
    expect(never).not.toHaveBeenCalled()
    expect(once).toHaveBeenCalledOnce()
  })

  it('puts a worker beside the environment that a stranger can start', async () => {
    await using engine = await WatchedEngine.open()
    const [ready] = await prepare(engine, [client(index.add('worker_demo', '1.0'))])
    if (ready?.kind !== 'ready') throw new Error('not ready')
    const look = `
import os, sys
root = os.path.dirname("${WORKER}")
print(sorted(os.listdir(root)))
statuses = [os.lstat(os.path.join(f, n)) for f, d, ns in os.walk(root) for n in [".", *ns]]
print(sorted({(s.st_uid, s.st_gid, oct(s.st_mode)) for s in statuses}))
sys.path.insert(0, root)
import runner.serve, worker_demo
print(worker_demo.VERSION)
`
    expect(await runIn(ready.image, look)).toBe(
      "['families', 'runner', 'stacks', 'worker.py']\n[(0, 0, '0o100644'), (0, 0, '0o40755')]\n1.0\n",
    )
  })

  it('does not fetch when offline', async () => {
    await using engine = await WatchedEngine.open()
    const preparing = prepare(engine, [client(index.add('offline_demo', '1.0'))], { offline: true })
    await expect(preparing).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(/needs the package index, and --offline forbids it; run once without/),
    })
    expect(engine.created).toEqual([])
  })

  it('fails as a whole when one client shows that the surroundings are at fault', async () => {
    await using engine = await WatchedEngine.open()
    const clients = [
      client(lockOf('nosuch', '1.0', '0'.repeat(64))),
      client(index.add('stopped_demo', '1.0')),
    ]
    await expect(prepare(engine, clients, { concurrency: 1 })).rejects.toThrow(/has no such release/)
    expect(engine.createdAs('builder')).toHaveLength(1)
    expect(engine.createdAs('maker')).toHaveLength(0)
  })
})
