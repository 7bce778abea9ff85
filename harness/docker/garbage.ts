/** Removes what dead runs left on the engine: only what carries our labels, and only where its owner is gone. */
import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import pLimit from 'p-limit'
import type { Engine } from './contract.js'
import { EngineError } from './engine-error.js'
import { ENVIRONMENT_ROLE, isDead, LABELS } from './owner.js'

/** How many of each kind this sweep itself removed. */
export interface Swept {
  readonly containers: number
  readonly networks: number
  readonly volumes: number
}

interface Found {
  readonly labels: unknown
  readonly remove: (docker: Docker) => Promise<unknown>
}

/** The engine works on its own database one by one; more at once is not faster. */
const REMOVALS = 8
/** Milliseconds for a container that somebody else is removing to be gone. */
const LEAVING_MS = 5000
/** Gone; used by somebody, or being removed by somebody; a network with somebody's containers in it. */
const NOT_OURS_TO_REMOVE = [404, 409, 403]

/** Two at the same time do not disturb each other. @throws EngineError */
export async function sweep(engine: Engine): Promise<Swept> {
  // A network goes once its containers are gone, and so does a volume.
  const containers = await removeDead(engine, 'containers', CONTAINERS)
  const networks = await removeDead(engine, 'networks', NETWORKS)
  const volumes = await removeDead(engine, 'volumes', VOLUMES)
  return { containers, networks, volumes }
}

/**
 * Removes images of environments, except those that `keep` says yes to, and those that containers use or that were given
 * more names by somebody. Returns how many. @throws EngineError
 */
export async function collectImages(
  engine: Engine,
  keep: (labels: Readonly<Record<string, string>>) => boolean,
): Promise<number> {
  const filters = { label: [`${LABELS.role}=${ENVIRONMENT_ROLE}`] }
  const images = await engine.ask('listing images', (docker) => docker.listImages({ filters }))
  const unwanted = images.filter(({ Labels }) => !keep(Labels))
  return removeAll(
    engine,
    'images',
    unwanted.map(({ Id, Labels }) => ({
      labels: Labels,
      remove: (docker) => docker.getImage(Id).remove(),
    })),
  )
}

type Lister = (docker: Docker, filters: { label: string[] }) => Promise<Found[]>

const CONTAINERS: Lister = async (docker, filters) =>
  (await docker.listContainers({ all: true, filters })).map(({ Id, Labels }) => ({
    labels: Labels,
    remove: (docker) => removeContainer(docker.getContainer(Id)),
  }))

const NETWORKS: Lister = async (docker, filters) =>
  (await docker.listNetworks({ filters })).map(({ Id, Labels }) => ({
    labels: Labels,
    remove: (docker) => docker.getNetwork(Id).remove(),
  }))

const VOLUMES: Lister = async (docker, filters) =>
  ((await docker.listVolumes({ filters })).Volumes ?? []).map(({ Name, Labels }) => ({
    labels: Labels,
    remove: (docker) => docker.getVolume(Name).remove(),
  }))

async function removeDead(engine: Engine, kind: keyof Swept, list: Lister): Promise<number> {
  const filters = { label: Object.values(LABELS) }
  const now = new Date()
  const found = await engine.ask(`listing ${kind}`, (docker) => list(docker, filters))
  const verdicts = await Promise.all(found.map(({ labels }) => isDead(labels, now)))
  return removeAll(
    engine,
    kind,
    found.filter((_, index) => verdicts[index]),
  )
}

async function removeAll(engine: Engine, kind: string, found: readonly Found[]): Promise<number> {
  const limit = pLimit(REMOVALS)
  const removed = await Promise.all(found.map((one) => limit(() => removeOne(engine, kind, one))))
  return removed.filter(Boolean).length
}

async function removeOne(engine: Engine, kind: string, { remove }: Found): Promise<boolean> {
  try {
    await engine.ask(`removing ${kind} of dead runs`, remove)
    return true
  } catch (error) {
    if (error instanceof EngineError && NOT_OURS_TO_REMOVE.includes(error.status ?? 0)) return false
    throw error
  }
}

/** A container that somebody is removing already is waited for: its network and volumes are in use until then. */
async function removeContainer(container: Docker.Container): Promise<void> {
  const until = Date.now() + LEAVING_MS
  for (;;) {
    try {
      return await container.remove({ force: true, v: true })
    } catch (error) {
      if (statusOf(error) !== 409 || Date.now() > until) throw error
      await pause(50)
    }
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined
}
