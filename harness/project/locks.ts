/** Lock files: every package with its release, those of all groups and extras. */
import { z } from 'zod'
import { requirement, type Requirement } from '../core/requirements.js'
import type { Format, Wanted } from './format.js'
import { readToml } from './toml.js'

const packageSchema = z.object({
  name: z.string(),
  /** Missing where it is taken from its sources. */
  version: z.string().optional(),
  /** Where the index is not: `{ editable = "." }`, `{ virtual = "." }`, `{ git = "…" }`; of Poetry `{ type = "git", … }`. */
  source: z.record(z.string(), z.unknown()).optional(),
  /** Of a pylock.toml: a folder of this machine. */
  directory: z.unknown().optional(),
})

/** https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile */
export const uvLock: Format = {
  matches: (name) => name === 'uv.lock',
  read: async (file) => {
    const schema = z.object({ version: z.number(), package: z.array(packageSchema).default([]) })
    return locked(file, (await readToml(file, schema, '`uv lock` writes it anew.')).package)
  },
}

export const poetryLock: Format = {
  matches: (name) => name === 'poetry.lock',
  read: async (file) => {
    const schema = z.object({ package: z.array(packageSchema).default([]), metadata: z.object({}) })
    return locked(file, (await readToml(file, schema, '`poetry lock` writes it anew.')).package)
  },
}

/** https://packaging.python.org/en/latest/specifications/pylock-toml/ */
export const pylock: Format = {
  matches: (name) => /^pylock(\.[^.]+)?\.toml$/.test(name),
  read: async (file) => {
    const schema = z.object({ 'lock-version': z.string(), packages: z.array(packageSchema) })
    return locked(file, (await readToml(file, schema, 'Make it anew with the tool that wrote it.')).packages)
  },
}

function locked(file: string, packages: readonly z.infer<typeof packageSchema>[]): Wanted {
  const others = packages.filter(({ source, directory }) => !isOwn(source) && directory === undefined)
  return {
    requirements: others.flatMap(pinOf),
    constraints: [],
    unread: others
      .filter(({ version }) => version === undefined)
      .map(({ name }) => `${file}: ${name}: taken from its sources, which names no release`),
    files: [file],
  }
}

/** The project itself, or another of its workspace. */
function isOwn(source: Readonly<Record<string, unknown>> | undefined): boolean {
  return source !== undefined && ('editable' in source || 'virtual' in source)
}

function pinOf({ name, version }: z.infer<typeof packageSchema>): Requirement[] {
  return version === undefined ? [] : [requirement(name, `==${version}`)]
}
