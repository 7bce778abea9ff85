/** Locks: what a client's requirements resolve to, with the hash of every file, for every Python of its range and every platform. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { lowestVersion, parseRange } from '../core/python-range.js'
import type { Client } from '../core/matrix.js'
import { EnvironmentError, UsageError } from '../core/runtime.js'
import { asEnvironmentError } from '../tools/building.js'
import { failureKind, publicMessage } from '../tools/failure.js'
import { failureError } from '../tools/failure-error.js'
import { ownSetting, type Setting } from '../tools/setting.js'
import { uvCommand, uvPath } from '../tools/uv.js'
import { lockText } from './lock-text.js'

export type Locked =
  { readonly kind: 'locked'; readonly text: string } | { readonly kind: 'refused'; readonly reason: string }

/**
 * Resolves a client's requirements, to wheels alone but for what the client says is built, and with that what it is built with.
 * Its text holds no address, no path and no date: the same releases give the same text.
 * @throws EnvironmentError without a network or a Python; UsageError for a release that the index does not have
 */
export async function lockClient(client: Client, setting: Setting = ownSetting()): Promise<Locked> {
  const requirements = await resolvePackages(client, setting)
  if (requirements.kind === 'refused' || !client.builds) return locked(client, requirements)
  const tools = { ...client, builds: [], install: BUILD_TOOLS }
  return locked(client, requirements, await resolvePackages(tools, setting))
}

/** What sources without a declaration of their own are built with; the others name these too. */
const BUILD_TOOLS = ['setuptools', 'wheel']

function locked(client: Client, requirements: Locked, tools?: Locked): Locked {
  if (requirements.kind === 'refused') return requirements
  if (tools?.kind === 'refused') return tools
  return { kind: 'locked', text: lockText(client, requirements.text, tools?.text ?? '') }
}

/** What is to be resolved: `id` is for messages. */
export type Wanted = Pick<Client, 'id' | 'install' | 'python' | 'builds'>

/**
 * The packages alone, in pip's syntax, for every Python of the range.
 * @throws as lockClient
 */
export async function resolvePackages(client: Wanted, setting: Setting): Promise<Locked> {
  const { install } = client
  const uv = await uvPath(setting)
  const python = (await setting.interpreters())[0]
  if (!python) throw new EnvironmentError('no Python 3.8 or later was found; install one and run again')
  // uv wants an interpreter at hand; what it resolves for is the range, on every platform.
  const args = [
    ...['pip', 'compile', '--quiet', '--universal', '--generate-hashes', '--only-binary', ':all:'],
    ...noBinary(client.builds ?? []),
    ...[
      '--no-header',
      '--no-annotate',
      '--python',
      python.path,
      '--python-version',
      oldestPython(client),
      '-',
    ],
  ]
  const { code, stdout, stderr } = await uvCommand(uv, args, setting, `${install.join('\n')}\n`)
  if (code === 0) return { kind: 'locked', text: stdout }
  const kind = failureKind(stderr)
  if (kind === 'refused') return { kind: 'refused', reason: publicMessage(stderr) }
  if (kind === 'gone')
    throw new UsageError(`${client.id}: ${failureError('resolving', stderr, setting.cache).message}`)
  throw failureError(`resolving ${client.id}`, stderr, setting.cache)
}

/** Arguments of uv and pip alike; they come after --only-binary. */
export function noBinary(builds: readonly string[]): readonly string[] {
  return builds.flatMap((name) => ['--no-binary', name])
}

function oldestPython({ python }: Wanted): string {
  return lowestVersion(parseRange(python) ?? []) ?? '3.8'
}

export interface WrittenLocks {
  /** Files written, as `locks/psycopg2-2.9.13.txt`, in the order of the clients. */
  readonly written: readonly string[]
  readonly refused: readonly { readonly client: Client; readonly reason: string }[]
}

/** Resolves the clients anew and writes `<matrix>/locks/<client>.txt`; a client that cannot be resolved keeps the file it has. */
export async function writeLocks(
  matrix: string,
  clients: readonly Client[],
  setting: Setting = ownSetting(),
): Promise<WrittenLocks> {
  const written: string[] = []
  const refused: { client: Client; reason: string }[] = []
  for (const client of clients) {
    const locked = await lockClient(client, setting)
    if (locked.kind === 'refused') {
      refused.push({ client, reason: locked.reason })
      continue
    }
    const name = join('locks', `${client.id}.txt`)
    await replaceFile(join(matrix, name), locked.text)
    written.push(name)
  }
  return { written, refused }
}

/** So that nobody ever reads half a file. @throws EnvironmentError where it cannot be written */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    throw asEnvironmentError(error, dirname(path))
  } finally {
    await rm(temporary, { force: true })
  }
}
