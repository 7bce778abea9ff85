import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../harness/docker/contract.js'
import { EngineError } from '../../harness/docker/engine-error.js'
import { collectImages, sweep, type Swept } from '../../harness/docker/garbage.js'
import { ownLabels } from '../../harness/docker/owner.js'
import { IMAGE } from './python-image.js'
import { dockerode, ENGINE_SOCKET } from './test-engine.js'

const docker = dockerode()
/** On everything that this file makes, beside the labels under test. */
const TEST = { 'pgmatrix-test.garbage': randomBytes(4).toString('hex') }
const filterOfTest = { label: Object.entries(TEST).map(([name, value]) => `${name}=${value}`) }
const runId = randomBytes(8).toString('hex')

/**
 * Sees of the engine only what this file made, whatever it asks for: the engine is everybody's, and the code under test
 * removes things.
 */
const confined = dockerode()
/** Ids of containers that somebody is removing already: how many times the engine will still say so. */
const leaving = new Map<string, number>()

interface Request {
  readonly path: string
  readonly method: string
  readonly options?: { filters?: { label?: string[] } }
}
type Answer = (error: Error | null, result?: unknown) => void

const dial = confined.modem.dial.bind(confined.modem)
confined.modem.dial = (request: Request, answer: Answer) => {
  if (request.method === 'GET') {
    const { filters } = request.options ?? {}
    const label = [...(filters?.label ?? []), ...filterOfTest.label]
    return dial({ ...request, options: { ...request.options, filters: { ...filters, label } } }, answer)
  }
  const [id, times = 0] = [...leaving].find(([id]) => request.path.includes(id)) ?? ['']
  if (times === 0) return dial(request, answer)
  leaving.set(id, times - 1)
  answer(Object.assign(new Error('removal is already in progress'), { statusCode: 409 }))
}

/** An engine as far as sweeping needs one. */
const engine: Engine = {
  address: `unix://${ENGINE_SOCKET}`,
  runId,
  async ask(what, question) {
    try {
      return await question(confined)
    } catch (error) {
      const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined
      throw new EngineError(`${what}: ${String(error)}`, status)
    }
  },
  labels: () => ({}),
  start: () => Promise.reject(new Error('not asked for here')),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

const alive = ownLabels({ runId, role: 'worker', now: new Date(), lifetime: 60 })
const [machine = ''] = alive['pgmatrix.owner']?.split(':') ?? []
const dead = { ...alive, 'pgmatrix.owner': `${machine}:999999999:1` }
const expired = { ...alive, 'pgmatrix.owner': '0123456789abcdef:1:1', 'pgmatrix.expires': '1000000000' }
const unexpired = { ...alive, 'pgmatrix.owner': '0123456789abcdef:1:1' }
const half = { 'pgmatrix.run': runId, 'pgmatrix.owner': dead['pgmatrix.owner'] }

async function container(labels: Record<string, string>, more: Docker.ContainerCreateOptions = {}) {
  const made = await docker.createContainer({
    Image: IMAGE,
    Cmd: ['sleep', '300'],
    ...more,
    Labels: { ...labels, ...TEST },
    HostConfig: { NetworkMode: 'none', ...more.HostConfig },
  })
  await made.start()
  return made.id
}

let made = 0

async function network(labels: Record<string, string>): Promise<string> {
  const Name = `pgmatrix-test-${runId}-${++made}`
  return (await docker.createNetwork({ Name, Internal: true, Labels: { ...labels, ...TEST } })).id
}

async function volume(labels: Record<string, string>): Promise<string> {
  const Name = `pgmatrix-test-${runId}-${++made}`
  await docker.createVolume({ Name, Labels: { ...labels, ...TEST } })
  return Name
}

async function left() {
  const { Volumes } = await docker.listVolumes({ filters: filterOfTest })
  return {
    containers: (await docker.listContainers({ all: true, filters: filterOfTest })).map(({ Id }) => Id),
    networks: (await docker.listNetworks({ filters: filterOfTest })).map(({ Id }) => Id),
    volumes: Volumes.map(({ Name }) => Name),
  }
}

async function removeMine() {
  const { containers, networks, volumes } = await left()
  for (const id of containers) await docker.getContainer(id).remove({ force: true, v: true })
  for (const id of networks) await docker.getNetwork(id).remove()
  for (const name of volumes) await docker.getVolume(name).remove()
}

afterEach(removeMine)
afterAll(async () => {
  for (const { Id } of await docker.listImages({ filters: filterOfTest }))
    await docker.getImage(Id).remove({ force: true })
})

/** A run beside this one may sweep too, and take what is dead first. */
function atMost(swept: Swept, most: Swept) {
  for (const kind of ['containers', 'networks', 'volumes'] as const)
    expect(swept[kind]).toBeLessThanOrEqual(most[kind])
}

describe('sweeping', () => {
  it('removes what is dead, and nothing else', async () => {
    await container(dead)
    await container(expired)
    await docker.createContainer({ Image: IMAGE, Labels: { ...dead, ...TEST } }) // never started
    const kept = []
    for (const labels of [alive, unexpired, half, {}]) kept.push(await container(labels))
    await network({ ...dead, 'pgmatrix.role': 'network' })
    await network(expired)
    const keptNetworks = []
    for (const labels of [alive, unexpired, half, {}]) keptNetworks.push(await network(labels))
    await volume(dead)
    const keptVolumes = [await volume(alive), await volume({})]

    const swept = await sweep(engine)
    atMost(swept, { containers: 3, networks: 2, volumes: 1 })
    const found = await left()
    expect(found.containers.toSorted()).toEqual(kept.toSorted())
    expect(found.networks.toSorted()).toEqual(keptNetworks.toSorted())
    expect(found.volumes.toSorted()).toEqual(keptVolumes.toSorted())
  })

  it('takes containers along with their anonymous volumes, then the network and volume they used', async () => {
    const NetworkMode = await network(dead)
    const Source = await volume(dead)
    const Mounts: Docker.MountConfig = [{ Type: 'volume', Source, Target: '/named' }]
    const id = await container(dead, { Volumes: { '/anonymous': {} }, HostConfig: { NetworkMode, Mounts } })
    const { Mounts: mounted } = await docker.getContainer(id).inspect()
    const anonymous = mounted.find(({ Destination }) => Destination === '/anonymous')?.Name ?? ''
    expect(await docker.getVolume(anonymous).inspect()).toBeDefined()
    await sweep(engine)
    expect(await left()).toEqual({ containers: [], networks: [], volumes: [] })
    await expect(docker.getVolume(anonymous).inspect()).rejects.toThrow('404')
  })

  it('leaves a dead network and volume that somebody else uses', async () => {
    const NetworkMode = await network(dead)
    const Source = await volume(dead)
    await container(
      {},
      { HostConfig: { NetworkMode, Mounts: [{ Type: 'volume', Source, Target: '/named' }] } },
    )
    await sweep(engine)
    expect(await left()).toMatchObject({ networks: [NetworkMode], volumes: [Source] })
  })

  it('goes on beside another sweep and beside containers that vanish', async () => {
    const NetworkMode = await network(dead)
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => container(dead, { HostConfig: { NetworkMode, AutoRemove: true } })),
    )
    const vanishing = ids.slice(0, 3).map((id) =>
      docker
        .getContainer(id)
        .kill()
        .catch(() => undefined),
    )
    const swept = await Promise.all([sweep(engine), sweep(engine), sweep(engine)])
    await Promise.all(vanishing)
    expect(await left()).toEqual({ containers: [], networks: [], volumes: [] })
    const count = (kind: 'containers' | 'networks') => swept.reduce((sum, one) => sum + one[kind], 0)
    expect(count('networks')).toBeLessThanOrEqual(1)
    expect(count('containers')).toBeLessThanOrEqual(8)
  })

  it('waits for a container that somebody is removing already', async () => {
    const NetworkMode = await network(dead)
    leaving.set(await container(dead, { HostConfig: { NetworkMode } }), 3)
    atMost(await sweep(engine), { containers: 1, networks: 1, volumes: 0 })
    expect(await left()).toEqual({ containers: [], networks: [], volumes: [] })
  })

  it('tells of an engine that refuses', async () => {
    const refusing: Engine = { ...engine, ask: () => Promise.reject(new EngineError('no', 500)) }
    await expect(sweep(refusing)).rejects.toThrow(EngineError)
  })
})

describe('images of environments', () => {
  async function image(labels: Record<string, string>): Promise<string> {
    const made = await docker.createContainer({ Image: IMAGE, Cmd: ['true'], Labels: TEST })
    const Labels = { ...labels, ...TEST, salt: randomBytes(4).toString('hex') }
    const { Id } = await made.commit({ _query: { container: made.id }, _body: { Labels } })
    await made.remove()
    return String(Id)
  }

  async function images(): Promise<string[]> {
    return (await docker.listImages({ filters: filterOfTest })).map(({ Id }) => Id).toSorted()
  }

  it('go unless they are kept, used or named by somebody; no other images do', async () => {
    const environment = { 'pgmatrix.role': 'environment' }
    const unwanted = await image({ ...environment, 'pgmatrix.key': 'old' })
    const kept = await image({ ...environment, 'pgmatrix.key': 'new' })
    const other = await image({ 'pgmatrix.role': 'notes' })
    const used = await image({ ...environment, 'pgmatrix.key': 'used' })
    await docker.createContainer({ Image: used, Labels: TEST })
    const named = await image({ ...environment, 'pgmatrix.key': 'named' })
    for (const tag of ['one', 'two'])
      await docker.getImage(named).tag({ repo: `pgmatrix-test-${runId}`, tag })

    // Those of others on this engine are not for this test to remove.
    const isMine = (labels: Readonly<Record<string, string>>) =>
      Object.entries(TEST).every(([name, value]) => labels[name] === value)
    const keep = (labels: Readonly<Record<string, string>>) =>
      !isMine(labels) || labels['pgmatrix.key'] === 'new'
    expect(await images()).toContain(unwanted)
    expect(await collectImages(engine, keep)).toBe(1)
    expect(await images()).toEqual([kept, other, used, named].toSorted())
  })
})
