/** `pgmatrix new`: a valid file to start from. What it writes passes `pgmatrix lint`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UsageError } from '../core/runtime.js'
import { suggest } from '../core/suggest.js'
import type { Matrix } from '../core/matrix.js'
import { isErrno } from '../load/errno.js'
import { openFolder } from '../load/folder.js'
import { loadGroups } from '../load/groups.js'
import { readMatrix } from '../load/load.js'
import type { Problem } from '../load/problem.js'
import { clientTemplate, probeTemplate } from './new-templates.js'

export interface NewProbeOptions {
  readonly folder: string
  /** Title or id of a group of groups.yaml. */
  readonly group: string
}

export interface NewClientOptions {
  readonly folder: string
  /** `driver` or `orm` */
  readonly kind: string
  readonly package: string
  readonly release: string
}

/**
 * @returns path of the file written
 * @throws UsageError for an id that cannot be one or is taken, and for an unknown group.
 */
export async function newProbe(id: string, { folder, group: wanted }: NewProbeOptions): Promise<string> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new UsageError(
      `"${id}" cannot be the id of a probe: it must be lower-case words joined by dashes, such as json-path-query`,
    )
  }
  const { matrix } = await readMatrix(folder)
  const taken = matrix.probes.find((probe) => probe.id === id)
  if (taken) throw new UsageError(`there already is a probe "${id}": ${taken.place.file}`)
  const group = await findGroup(folder, wanted)
  const path = join(folder, 'probes', group.id, `${id}.yaml`)
  return writeNew(
    path,
    probeTemplate({ id, group: group.title, families: matrix.families.map((family) => family.id) }),
  )
}

/**
 * @returns path of the file written
 * @throws UsageError for a family that cannot be one or is taken, and for what makes no client.
 */
export async function newClient(family: string, options: NewClientOptions): Promise<string> {
  const { folder, kind, release } = options
  if (!/^[a-z][a-z0-9_]*$/.test(family))
    throw new UsageError(`"${family}" cannot be the name of a family: it must be a lower-case word`)
  if (kind !== 'driver' && kind !== 'orm') throw new UsageError(`--kind must be driver or orm, not "${kind}"`)
  if (!/^\d+(\.\d+)*((a|b|rc)\d+)?$/.test(release))
    throw new UsageError(`"${release}" is not a released version such as 2.9.13`)
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(options.package)) {
    throw new UsageError(`"${options.package}" cannot be the name of a distribution`)
  }
  const { matrix } = await readMatrix(folder)
  const driver = kind === 'orm' ? someDriver(matrix) : undefined
  const text = clientTemplate({ family, kind, package: options.package, release, driver })
  return writeNew(join(folder, 'clients', `${family}.yaml`), text)
}

/** A driver release to put a new ORM on: the first that the matrix names. */
function someDriver({ clients }: Matrix): string {
  const driver =
    clients.find(({ family }) => family.id === 'psycopg2') ??
    clients.find(({ family }) => family.kind === 'driver')
  if (driver) return driver.id
  throw new UsageError(
    'an ORM needs a driver under it, and clients/ has none: begin with `pgmatrix new client … --kind driver`',
  )
}

async function findGroup(path: string, wanted: string): Promise<{ id: string; title: string }> {
  const problems: Problem[] = []
  const folder = await openFolder(path)
  const groups = (folder && (await loadGroups(folder, problems))) ?? []
  const group = groups.find(({ id, title }) => wanted === id || wanted === title)
  if (group) return group
  const near = suggest(
    wanted,
    groups.flatMap(({ id, title }) => [id, title]),
  )
  const hint =
    near === undefined ? `one of ${groups.map(({ id }) => id).join(', ')}` : `did you mean "${near}"?`
  throw new UsageError(
    groups.length === 0
      ? `${join(path, 'groups.yaml')} names no groups`
      : `unknown group "${wanted}" (${hint})`,
  )
}

async function writeNew(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, text, { flag: 'wx' })
    return path
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw new UsageError(`${path} exists already; nothing was written`)
    throw error
  }
}
