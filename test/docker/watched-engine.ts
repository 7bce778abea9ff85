/** The real engine, remembering what was created on it as the daemon itself describes it. */
import { homedir } from 'node:os'
import Docker from 'dockerode'
import { engineAddress } from '../../harness/docker/address.js'
import type { AttachedContainer, ContainerWanted, Engine, Role } from '../../harness/docker/contract.js'
import { openEngine } from '../../harness/docker/engine.js'
import { engineEnvironment } from './test-engine.js'

export async function openRealEngine(): Promise<Engine> {
  return openEngine(await engineAddress(engineEnvironment(), homedir()), { lifetime: 600 })
}

export class WatchedEngine implements Engine {
  readonly created: Docker.ContainerInspectInfo[] = []

  protected constructor(private readonly real: Engine) {}

  static async open(): Promise<WatchedEngine> {
    return new WatchedEngine(await openRealEngine())
  }

  get address(): string {
    return this.real.address
  }

  get runId(): string {
    return this.real.runId
  }

  createdAs(role: Role): readonly Docker.ContainerInspectInfo[] {
    return this.created.filter(({ Config }) => Config.Labels['pgmatrix.role'] === role)
  }

  /** What still stands of this run. */
  async left(): Promise<readonly string[]> {
    const filters = { label: [`pgmatrix.run=${this.runId}`] }
    const containers = await this.ask('listing', (docker) => docker.listContainers({ all: true, filters }))
    return containers.map(({ Id, Labels }) => `${Labels['pgmatrix.role']} ${Id}`)
  }

  ask<T>(what: string, question: (docker: Docker) => Promise<T>, seconds?: number): Promise<T> {
    const watched = async (docker: Docker) => {
      const answer = await question(docker)
      if (answer instanceof Docker.Container) this.created.push(await answer.inspect())
      return answer
    }
    return this.real.ask(what, watched, seconds)
  }

  labels(role: Role): Record<string, string> {
    return this.real.labels(role)
  }

  async start(wanted: ContainerWanted): Promise<AttachedContainer> {
    const container = await this.real.start(wanted)
    await this.ask('finding', (docker) => Promise.resolve(docker.getContainer(container.id)))
    return container
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.real[Symbol.asyncDispose]()
  }
}
