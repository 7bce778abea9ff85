/** The tables of Poetry in a `pyproject.toml`. https://python-poetry.org/docs/pyproject/ */
import { z } from 'zod'
import { poetryRange } from '../core/poetry-range.js'
import { extrasOf, normalName, requirement, type Requirement } from '../core/requirements.js'
import type { Parts, Wanted } from './format.js'

const tableSchema = z.looseObject({
  /** Missing where it comes from an address or a path. */
  version: z.string().optional(),
  optional: z.boolean().default(false),
  markers: z.string().optional(),
  python: z.string().optional(),
  extras: z.array(z.string()).default([]),
})
const dependencySchema = z.union([z.string(), tableSchema, z.array(tableSchema)])
const dependenciesSchema = z.record(z.string(), dependencySchema)

export const poetrySchema = z.object({
  dependencies: dependenciesSchema.default({}),
  'dev-dependencies': dependenciesSchema.optional(),
  group: z
    .record(
      z.string(),
      z.object({
        dependencies: dependenciesSchema.default({}),
        'include-groups': z.array(z.string()).default([]),
      }),
    )
    .default({}),
  /** Names of dependencies that are optional. */
  extras: z.record(z.string(), z.array(z.string())).default({}),
})
export type Poetry = z.infer<typeof poetrySchema>

type Read = Pick<Wanted, 'requirements' | 'unread'>

/** Of optional ones those alone that the extras name. */
export function poetryPart(file: string, poetry: Poetry | undefined, { extras, groups }: Parts): Read {
  if (!poetry) return { requirements: [], unread: [] }
  const isAsked = (name: string, asked: readonly string[]) =>
    asked.some((one) => normalName(one) === normalName(name))
  const chosen = Object.entries(poetry.extras)
    .filter(([extra]) => isAsked(extra, extras))
    .flatMap(([, names]) => names.map(normalName))
  const all = withIncluded(poetry, groups)
  const ofDev = isAsked('dev', all) ? (poetry['dev-dependencies'] ?? {}) : {}
  const tables = [
    { key: 'dependencies', table: poetry.dependencies },
    { key: 'dev-dependencies', table: ofDev },
    ...Object.entries(poetry.group)
      .filter(([group]) => isAsked(group, all))
      .map(([group, { dependencies }]) => ({ key: `group.${group}.dependencies`, table: dependencies })),
  ]
  const read = tables.flatMap(({ key, table }) =>
    Object.entries(table)
      .filter(([name]) => name !== 'python')
      .flatMap(([name, said]) =>
        alternatives(said)
          .filter(({ optional }) => !optional || isAsked(name, chosen))
          .map((one) => readOne(`${file}: tool.poetry.${key}.${name}: `, name, one)),
      ),
  )
  return {
    requirements: read.flatMap(({ requirements }) => requirements),
    unread: read.flatMap(({ unread }) => unread),
  }
}

/** The groups, and those that they include. */
function withIncluded({ group }: Poetry, groups: readonly string[]): string[] {
  const all = new Set(groups.map(normalName))
  // What is added while the set is gone through has its turn as well.
  for (const asked of all)
    for (const [name, said] of Object.entries(group))
      if (normalName(name) === asked) said['include-groups'].forEach((one) => all.add(normalName(one)))
  return [...all]
}

type Table = z.infer<typeof tableSchema>

/** Several are for several environments. */
function alternatives(said: z.infer<typeof dependencySchema>): Table[] {
  if (typeof said === 'string') return [{ version: said, optional: false, extras: [] }]
  return Array.isArray(said) ? said : [said]
}

function readOne(place: string, name: string, { version, markers, python, extras }: Table): Read {
  if (version === undefined)
    return { requirements: [], unread: [`${place}an address or a path, which names no release`] }
  const range = poetryRange(version)
  if (range === undefined)
    return { requirements: [], unread: [`${place}${version}: a range that is not understood here`] }
  const marker = markers ?? (python === undefined ? undefined : `python ${python}`)
  const asked = { ...requirement(name, range), ...extrasOf(extras) }
  const found: Requirement = { ...asked, ...(marker !== undefined && { marker }) }
  return { requirements: [found], unread: [] }
}
