/** The files of a project that name packages: which there are, and what they want together. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Requirement } from '../core/requirements.js'
import { UsageError } from '../core/runtime.js'
import type { Format, Parts } from './format.js'
import { poetryLock, pylock, uvLock } from './locks.js'
import { pyproject } from './pyproject.js'
import { requirementsFile } from './requirements-file.js'

/** By what a file is called; the first that fits is its format. */
const FORMATS: readonly Format[] = [uvLock, poetryLock, pylock, pyproject, requirementsFile]

/** Looked for in this order: what pins most comes first. */
const USUAL = ['uv.lock', 'poetry.lock', 'pylock.toml', 'pyproject.toml', 'requirements.txt']

export interface Project {
  /** Files that were read, those that lead to others before these. */
  readonly files: readonly string[]
  readonly requirements: readonly Requirement[]
  /** What could not be read, with its place. */
  readonly unread: readonly string[]
}

/** @throws UsageError with the place. */
export async function readProject(files: readonly string[], parts: Parts): Promise<Project> {
  const formats = files.map((file) => ({ file, format: formatOf(file) }))
  checkParts(formats, parts)
  const wanted = []
  for (const { file, format } of formats) wanted.push(await format.read(file, parts))
  const requirements = wanted.flatMap((one) => one.requirements)
  const names = new Set(requirements.map(({ name }) => name))
  const constraints = wanted.flatMap((one) => one.constraints).filter(({ name }) => names.has(name))
  return {
    files: [...new Set(wanted.flatMap((one) => one.files))],
    requirements: [...requirements, ...constraints],
    unread: wanted.flatMap((one) => one.unread),
  }
}

/** The one of the usual files that this folder has. @throws UsageError where it has none. */
export function findProjectFile(folder: string): string {
  const found = USUAL.find((name) => existsSync(path.join(folder, name)))
  if (found !== undefined) return path.join(folder, found)
  throw new UsageError(
    `no ${USUAL.slice(0, -1).join(', ')} or ${USUAL.at(-1)} in this folder. Name the file that has the project's packages with -r.`,
  )
}

function formatOf(file: string): Format {
  const format = FORMATS.find(({ matches }) => matches(path.basename(file)))
  if (format) return format
  throw new UsageError(
    `${file}: its name tells no format. Known are ${USUAL.slice(0, -1).join(', ')}, pylock.<name>.toml, and requirements as .txt or .in.`,
  )
}

/** A lock holds all of them. */
function checkParts(
  formats: readonly { readonly file: string; readonly format: Format }[],
  { extras, groups }: Parts,
): void {
  if (extras.length + groups.length === 0 || formats.some(({ format }) => format === pyproject)) return
  throw new UsageError(
    `--extra and --group choose from a pyproject.toml, and ${formats.map(({ file }) => file).join(', ')} is read whole. Add -r pyproject.toml, or leave them out.`,
  )
}
