/** The runtimes, and which of them a run takes. */
import type { Matrix, Server } from '../core/matrix.js'
import type { Plan } from '../core/plan.js'
import { UsageError, type Runtime, type OwnRuntimeName } from '../core/runtime.js'
import type { DockerOptions } from '../docker/runtime.js'
import { platformKey, platformProblem } from '../servers/platform.js'
import { embeddedRuntime } from './embedded.js'

export type RuntimeChoice = OwnRuntimeName | 'auto'

/** What `--runtime` and the options that belong to it say. */
export interface RuntimeWords extends DockerOptions {
  readonly runtime: RuntimeChoice
}

const OPEN = {
  embedded: embeddedRuntime,
  // Loaded when it is wanted: dockerode costs 150 ms.
  docker: async (words, matrix) => (await import('../docker/runtime.js')).dockerRuntime(words, matrix),
} satisfies Record<OwnRuntimeName, (words: RuntimeWords, matrix: Matrix) => Promise<Runtime>>

/** @throws EnvironmentError, UsageError */
export async function openRuntime(
  words: RuntimeWords,
  { matrix, servers }: Plan,
  say: (text: string) => void,
): Promise<Runtime> {
  refuseForeignOptions(words)
  if (words.runtime !== 'auto') return OPEN[words.runtime](words, matrix)
  const name = automatic(servers)
  const reason = name === 'embedded' ? 'has' : 'has no'
  say(`runtime: ${name} (${platformKey} ${reason} PostgreSQL binaries for this selection)`)
  return OPEN[name](words, matrix)
}

/** Embedded where at least one of the servers can be had as binaries. */
export function automatic(servers: readonly Server[], platform: string = platformKey): OwnRuntimeName {
  return servers.some((server) => platformProblem(server, platform) === undefined) ? 'embedded' : 'docker'
}

function refuseForeignOptions({ runtime, mirror, offline, caBundle }: RuntimeWords): void {
  const given = Object.entries({ '--mirror': mirror, '--offline': offline, '--ca-bundle': caBundle })
  const [option] = given.find(([, value]) => value !== undefined) ?? []
  if (runtime === 'embedded' && option !== undefined)
    throw new UsageError(`${option} says something about containers: use it with --runtime docker`)
}
