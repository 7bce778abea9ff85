/** What can go wrong with the containers of a run, on the engine of DOCKER_HOST. */
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { LABELS } from '../../harness/docker/owner.js'
import type { Fault, Soaked } from './faults.js'

export const CONTAINER_FAULTS: Readonly<Record<string, Fault>> = {
  'a container loses its network': async (soaked) => {
    const one = await chosen(soaked)
    const [network] = Object.values(one?.NetworkSettings.Networks ?? {})
    if (!one || !network) return false
    await docker.getNetwork(network.NetworkID).disconnect({ Container: one.Id, Force: true })
    return true
  },
  'a container is killed': async (soaked) => {
    const one = await chosen(soaked)
    await one?.container.kill()
    return one !== undefined
  },
  'a container stands still': async (soaked) => {
    const one = await chosen(soaked)
    if (!one) return false
    await one.container.pause()
    await sleep(soaked.stopped * 1000)
    await one.container.unpause().catch(() => {}) // it was ended meanwhile
    return true
  },
}

const docker = new Docker()

async function chosen({ root, random }: Soaked) {
  const running = await docker.listContainers({ filters: { label: [LABELS.role] } })
  const ours = running.filter(({ Labels }) => Labels[LABELS.owner]?.split(':')[1] === String(root))
  const one = ours[Math.floor(random() * ours.length)]
  return one && { ...one, container: docker.getContainer(one.Id) }
}
