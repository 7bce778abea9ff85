/** A Docker engine of the tests' own, with stand-ins of the official images in a registry on loopback: see engine/start.sh. */
import { randomUUID } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Docker from 'dockerode'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { pythonsSchema, serversSchema } from '../../harness/load/schema.js'

const schema = z.object({
  /** `unix:///…/docker.sock` */
  host: z.string(),
  /** `127.0.0.1:5000`; the official images are under library/ there. */
  registry: z.string(),
  /** Name with tag, to digest. */
  images: z.record(z.string(), z.string()),
})

type TestEngine = z.infer<typeof schema>

/** Described by what start.sh printed; vitest.config.ts leaves out whoever imports this where there is none. */
export const engine: TestEngine = schema.parse(JSON.parse(process.env.PGMATRIX_TEST_ENGINE ?? 'null'))

/** What a run is told to use it. */
export function engineEnvironment(): Record<string, string> {
  return { DOCKER_HOST: engine.host, DOCKER_TLS_VERIFY: '', DOCKER_CONTEXT: '', DOCKER_CERT_PATH: '' }
}

/** Path of its socket. */
export const ENGINE_SOCKET = engine.host.replace('unix://', '')

export function dockerode(): Docker {
  return new Docker({ socketPath: ENGINE_SOCKET })
}

/** A copy of a matrix folder that is locked to the stand-ins, with those Pythons that there are. Returns its folder. */
export function lockedMatrix(from = 'matrix'): string {
  const { images } = engine
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-stand-ins-'))
  cpSync(from, folder, { recursive: true })
  const { servers, pooler } = serversSchema.parse(readYaml(path.join(folder, 'servers.yaml')))
  const pythons = pythonsSchema
    .parse(readYaml(path.join('matrix', 'pythons.yaml')))
    .pythons.filter(({ image }) => image in images)
  writeFileSync(path.join(folder, 'pythons.yaml'), stringify({ pythons }))
  const used = new Set([...servers, ...(pooler ? [pooler] : []), ...pythons].map(({ image }) => image))
  const locked = Object.entries(images).filter(([name]) => used.has(name))
  writeFileSync(path.join(folder, 'locks', 'images.yaml'), stringify({ images: Object.fromEntries(locked) }))
  return folder
}

function readYaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'))
}

/** Words for a run on the engine with the stand-ins. */
export function onEngine(matrix: string, ...words: string[]): string[] {
  return ['--matrix', matrix, 'run', '--runtime', 'docker', '--mirror', engine.registry, ...words]
}

/** Makes the locks of a matrix folder others without changing what they say, so that the next run builds environments anew. */
export function renewLocks(matrix: string): void {
  const locks = path.join(matrix, 'locks')
  const files = readdirSync(locks).filter((name) => name.endsWith('.txt'))
  for (const name of files) appendFileSync(path.join(locks, name), `# ${randomUUID()}\n`)
}

export type IsOurs = (labels: Readonly<Record<string, string>> | undefined) => boolean

/** Tells what one process has created from what others have: they all share the engine. */
export function ownedBy(pid: number | undefined): IsOurs {
  return (labels) => labels?.['pgmatrix.owner']?.split(':')[1] === String(pid)
}
