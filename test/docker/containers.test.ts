/** Every container that a run creates, as the engine itself describes it. */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { beforeAll, describe, expect, it } from 'vitest'
import { Program } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import {
  dockerode,
  engineEnvironment,
  lockedMatrix,
  onEngine,
  ownedBy,
  renewLocks,
  type IsOurs,
} from './test-engine.js'

describe('a run whose environment must be built', () => {
  const seen = new Map<string, Docker.ContainerInspectInfo>()
  const networks = new Map<string, Docker.NetworkInspectInfo>()
  let ended: Awaited<ReturnType<Program['ended']>>
  let left: number

  beforeAll(async () => {
    const docker = dockerode()
    const matrix = lockedMatrix(
      makeMatrix({ good: GOOD, better: { ...GOOD, more: { profile: 'pgbouncer' } } }),
    )
    renewLocks(matrix)
    using watch = await watchCreation(docker, async (id) => {
      const container = await docker.getContainer(id).inspect()
      seen.set(id, container)
      const network = container.HostConfig.NetworkMode ?? 'none'
      if (network !== 'none') networks.set(network, await docker.getNetwork(network).inspect())
    })
    const program = new Program(onEngine(matrix), engineEnvironment())
    watch.only(ownedBy(program.process.pid))
    ended = await program.ended()
    await watch.settled()
    const [run = ''] = [...seen.values()].map((container) => container.Config.Labels['pgmatrix.run'])
    const filters = { label: [`pgmatrix.run=${run}`] }
    left = (await docker.listContainers({ all: true, filters })).length
    left += (await docker.listNetworks({ filters })).length
    left += (await docker.listVolumes({ filters })).Volumes.length
  })

  const role = (container: Docker.ContainerInspectInfo) => container.Config.Labels['pgmatrix.role']

  it('ends well and takes everything away that it created', () => {
    expect(ended.stderr).toContain('2 of 2 cells')
    expect(ended.stdout).toContain('native 2')
    expect(ended.code).toBe(0)
    expect(left).toBe(0)
  })

  it('creates servers, a pooler, a relay, workers, a builder, and makers that never run', () => {
    // A server that is too slow to come up is started anew: how many there are says nothing.
    const roles = new Set([...seen.values()].map(role))
    expect([...roles].toSorted()).toEqual(['builder', 'maker', 'pooler', 'relay', 'server', 'worker'])
    const makers = [...seen.values()].filter((container) => role(container) === 'maker')
    expect(makers.map(({ State }) => State.Status)).toEqual(['created', 'created'])
  })

  it('none is root, none has a capability, a privilege, a device or a path of the host', () => {
    for (const container of seen.values()) {
      const { HostConfig: host, Config: config, Mounts: mounts } = container
      expect(config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/)
      expect(host.CapDrop).toEqual(['ALL'])
      expect(host.CapAdd ?? []).toEqual([])
      expect(host.Privileged).toBe(false)
      // no-new-privileges is there, and nothing that would take the default seccomp profile away.
      expect(host.SecurityOpt).toEqual(['no-new-privileges:true'])
      expect(host.Devices ?? []).toEqual([])
      expect(host.Binds ?? []).toEqual([])
      expect(mounts.filter(({ Type }) => Type !== 'tmpfs')).toEqual([])
      expect(host.VolumesFrom ?? []).toEqual([])
      for (const mode of [host.PidMode, host.UTSMode, host.UsernsMode, host.IpcMode])
        expect(['', 'private', undefined]).toContain(mode)
    }
  })

  it('what runs has a read-only root, limits of memory and processes, and no log', () => {
    for (const container of seen.values()) {
      const { HostConfig: host } = container
      expect([role(container), host.ReadonlyRootfs]).toEqual([role(container), role(container) !== 'maker'])
      expect(host.Memory).toBeGreaterThan(0)
      expect(host.MemorySwap).toBe(host.Memory)
      expect(host.PidsLimit).toBeGreaterThan(0)
      expect(host.LogConfig?.Type).toBe('none')
      expect(host.RestartPolicy?.Name).toBe('no')
    }
  })

  it('nothing is published, and servers and workers are in a network that leads nowhere', () => {
    for (const container of seen.values()) {
      expect(container.HostConfig.PortBindings ?? {}).toEqual({})
      expect(container.HostConfig.PublishAllPorts).toBe(false)
      const network = networks.get(container.HostConfig.NetworkMode ?? '')
      const isOpen = network !== undefined && !network.Internal
      expect([role(container), isOpen]).toEqual([role(container), role(container) === 'builder'])
      expect([role(container), network === undefined]).toEqual([role(container), role(container) === 'maker'])
    }
    expect(networks.size).toBe(2)
  })

  it('environments and labels hold nothing but what is named here', () => {
    for (const container of seen.values()) {
      const { Env: env, Labels: labels } = container.Config
      expect((env ?? []).filter((variable) => !KNOWN_VARIABLES.test(variable))).toEqual([])
      expect(Object.keys(labels).filter((name) => !KNOWN_LABELS.includes(name))).toEqual([])
    }
  })
})

/** Of the official images, and of ours. */
const KNOWN_VARIABLES =
  /^(PATH|LANG|LC_ALL|TZ|HOME|GOSU_VERSION|GPG_KEY|PG[A-Z]+|PG_\w+|PYTHON_\w+|SSL_CERT_FILE)=[\w\s:/.+~@-]*$/
const KNOWN_LABELS = ['run', 'role', 'owner', 'expires', 'key', 'record'].map((name) => `pgmatrix.${name}`)

interface Watch extends Disposable {
  /** To be said before anything is created. */
  only(ours: IsOurs): void
  settled(): Promise<void>
}

async function watchCreation(docker: Docker, created: (id: string) => Promise<void>): Promise<Watch> {
  const filters = { label: ['pgmatrix.run'], event: ['create'] }
  const stream = new Readable().wrap(await docker.getEvents({ filters }))
  const work: Promise<void>[] = []
  let isOurs: IsOurs = () => false
  createInterface({ input: stream })
    .on('line', (line) => {
      const { Type: type, Actor: actor } = JSON.parse(line)
      if (type === 'container' && isOurs(actor.Attributes)) work.push(created(actor.ID))
    })
    .on('error', () => {})
  stream.on('error', () => {})
  return {
    only(ours) {
      isOurs = ours
    },
    async settled() {
      await Promise.all(work)
    },
    [Symbol.dispose]: () => stream.destroy(),
  }
}
