/** Makes clients of what `--client` names: a checkout is built into a wheel, in isolation, as an installer would. */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  candidateOf,
  isVersion,
  parseCandidate,
  templates,
  wheelVersion,
  type Candidate,
  type Replacement,
} from '../core/candidate.js'
import type { Client, Matrix } from '../core/matrix.js'
import { inRange, parseRange } from '../core/python-range.js'
import { EnvironmentError, UsageError } from '../core/runtime.js'
import { suggest } from '../core/suggest.js'
import { publicMessage } from '../tools/failure.js'
import type { Setting } from '../tools/setting.js'
import { uvCommand, uvPath } from '../tools/uv.js'
import { temporaryFolder } from '../temporary.js'

/** A client, and the client of the matrix that it is compared with. */
export interface Tried {
  readonly client: Client
  readonly template: Client
}

/** @throws UsageError, EnvironmentError */
export async function tryClients(word: string, matrix: Matrix, setting: Setting): Promise<readonly Tried[]> {
  const candidate = parseCandidate(word)
  if (!candidate)
    throw new UsageError(
      `--client ${word}: a family and what to try of it is needed, such as psycopg@../psycopg/psycopg, psycopg@dist/psycopg-3.4-py3-none-any.whl or psycopg@3.4`,
    )
  const found = templates(matrix, candidate.family)
  const [first] = found
  if (!first) throw unknownFamily(candidate, matrix)
  const replacement = await replacementOf(candidate, first, setting)
  return found.map((template) => {
    const client = candidateOf(template, replacement)
    if (client) return { client, template }
    throw new UsageError(
      `--client ${word}: ${template.id} does not install ${template.family.package} by itself`,
    )
  })
}

function unknownFamily({ family }: Candidate, { families }: Matrix): UsageError {
  const ids = families.map(({ id }) => id)
  const renamed = families.find(({ formerly }) => formerly?.includes(family))
  const close = suggest(family, ids)
  const hint = renamed ? ` (it was renamed to ${renamed.id})` : close ? ` (did you mean ${close}?)` : ''
  return new UsageError(
    `--client ${family}@…: there is no family ${family}${hint}; there are ${ids.join(', ')}`,
  )
}

async function replacementOf({ what }: Candidate, template: Client, setting: Setting): Promise<Replacement> {
  if (isVersion(what)) return { version: what, wheel: undefined }
  const there = await stat(what).catch(() => undefined)
  if (!there) throw new UsageError(`${what}: no such folder or wheel, and no version`)
  if (!there.isDirectory()) return wheelOf(what, setting)
  await using temporary = await temporaryFolder('wheel')
  return await wheelOf(await buildWheel(path.resolve(what), temporary.folder, { template, setting }), setting)
}

interface BuildWith {
  readonly template: Client
  readonly setting: Setting
}

async function buildWheel(source: string, folder: string, { template, setting }: BuildWith): Promise<string> {
  const uv = await uvPath(setting)
  const range = parseRange(template.python) ?? []
  const python = (await setting.interpreters()).find(({ version }) => inRange(version, range))
  if (!python)
    throw new EnvironmentError(`building ${source} needs a Python ${template.python}; none was found`)
  const args = ['build', '--wheel', '--python', python.path, '--out-dir', folder, source]
  const { code, stderr } = await uvCommand(uv, args, setting)
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
  if (code === 0 && wheel !== undefined) return path.join(folder, wheel)
  throw new UsageError(`${source} does not build into a wheel:\n${publicMessage(stderr)}`)
}

/** Kept by its content, so that an environment that was made of it is made once, and another build is another one. */
async function wheelOf(file: string, setting: Setting): Promise<Replacement> {
  const version = wheelVersion(path.basename(file))
  if (version === undefined)
    throw new UsageError(`${file}: not the name of a wheel (name-version-python-abi-platform.whl)`)
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 32)
  const kept = path.join(setting.cache, 'candidates', digest, path.basename(file))
  await mkdir(path.dirname(kept), { recursive: true })
  await copyFile(file, kept)
  return { version, wheel: pathToFileURL(kept).href }
}
