/** `pyproject.toml`: what the project wants always, and the extras and groups that are asked for. */
import { z } from 'zod'
import { wholeRequirement } from '../core/requirement-lines.js'
import { normalName, parseRequirement } from '../core/requirements.js'
import { UsageError } from '../core/runtime.js'
import { didYouMean } from '../core/suggest.js'
import type { Format, Parts, Wanted } from './format.js'
import { poetryPart, poetrySchema, type Poetry } from './poetry.js'
import { readToml } from './toml.js'

const lines = z.array(z.string())
const pyprojectSchema = z.object({
  project: z
    .object({
      name: z.string().default(''),
      dependencies: lines.optional(),
      'optional-dependencies': z.record(z.string(), lines).default({}),
      dynamic: lines.default([]),
    })
    .optional(),
  'dependency-groups': z
    .record(z.string(), z.array(z.union([z.string(), z.looseObject({ 'include-group': z.string() })])))
    .default({}),
  tool: z.object({ poetry: poetrySchema.optional() }).default({}),
})
type Pyproject = z.infer<typeof pyprojectSchema>

/** One list of a file: the place of its entries, and what they say. */
interface Part {
  readonly place: string
  readonly entries: readonly string[]
}

export const pyproject: Format = {
  matches: (name) => name === 'pyproject.toml',
  read: async (file, parts) => {
    const next = 'The specification is https://packaging.python.org/en/latest/specifications/pyproject-toml/'
    const found = await readToml(file, pyprojectSchema, next)
    checkStated(file, found)
    checkAsked(file, found, parts)
    const read = partsOf(file, found, parts).flatMap(({ place, entries }) =>
      entries.map((entry) => readEntry(place, entry)),
    )
    const poetry = poetryPart(file, found.tool.poetry, parts)
    return {
      requirements: [...read.flatMap(({ requirements }) => requirements), ...poetry.requirements],
      constraints: [],
      unread: [...read.flatMap(({ unread }) => unread), ...poetry.unread],
      files: [file],
    }
  },
}

/** That it says anything at all of what it wants. */
function checkStated(file: string, { project, tool, 'dependency-groups': groups }: Pyproject): void {
  const { poetry } = tool
  if (project?.dynamic.includes('dependencies') && !poetry)
    throw new UsageError(
      `${file}: project.dynamic: the dependencies are not in this file. Name the one that has them, such as -r requirements.txt.`,
    )
  if (project || poetry || Object.keys(groups).length > 0) return
  throw new UsageError(
    `${file}: has no [project], [dependency-groups] or [tool.poetry]. Name a file that has the dependencies with -r.`,
  )
}

function checkAsked(file: string, found: Pyproject, { extras, groups }: Parts): void {
  const poetry = found.tool.poetry
  const known = {
    extra: [
      ...Object.keys(found.project?.['optional-dependencies'] ?? {}),
      ...Object.keys(poetry?.extras ?? {}),
    ],
    group: [...Object.keys(found['dependency-groups']), ...groupsOf(poetry)],
  }
  const check = (kind: keyof typeof known, name: string) => {
    if (known[kind].some((one) => normalName(one) === normalName(name))) return
    const hint = didYouMean(name, known[kind]) ?? `it has no ${kind}s`
    throw new UsageError(`${file}: no ${kind} ${name} (${hint})`)
  }
  for (const name of extras) check('extra', name)
  for (const name of groups) check('group', name)
}

function groupsOf(poetry: Poetry | undefined): string[] {
  return [...Object.keys(poetry?.group ?? {}), ...(poetry?.['dev-dependencies'] ? ['dev'] : [])]
}

function partsOf(file: string, found: Pyproject, { extras, groups }: Parts): Part[] {
  const { project } = found
  const always = { place: `${file}: project.dependencies: `, entries: project?.dependencies ?? [] }
  return [
    always,
    ...extras.flatMap((extra) => extraParts(file, found, [extra])),
    ...groups.flatMap((group) => groupParts(file, found, [group])),
  ]
}

/** @param path extras that lead here; an extra may name others of the same project: `mine[postgres]` */
function extraParts(file: string, found: Pyproject, path: readonly string[]): Part[] {
  const { project } = found
  const extra = path.at(-1) ?? ''
  const entries = named(project?.['optional-dependencies'] ?? {}, extra) ?? []
  const own = project?.name ? normalName(project.name) : undefined
  const isOwn = (entry: string) => own !== undefined && parseRequirement(entry)[0]?.name === own
  const others = entries.filter(isOwn).flatMap((entry) => /\[([^\]]*)\]/.exec(entry)?.[1]?.split(',') ?? [])
  return [
    {
      place: `${file}: project.optional-dependencies.${extra}: `,
      entries: entries.filter((entry) => !isOwn(entry)),
    },
    ...others
      .map((other) => other.trim())
      .filter((other) => !path.includes(other))
      .flatMap((other) => extraParts(file, found, [...path, other])),
  ]
}

/** @param path groups that lead here. @throws UsageError where they go round, or lead to none. */
function groupParts(file: string, found: Pyproject, path: readonly string[]): Part[] {
  const group = path.at(-1) ?? ''
  const place = `${file}: dependency-groups.${group}: `
  const entries = named(found['dependency-groups'], group)
  // Asked for, it is one of Poetry's.
  if (!entries && path.length === 1) return []
  if (!entries)
    throw new UsageError(`${file}: dependency-groups.${path.at(-2)}: includes ${group}, which is no group`)
  return [
    { place, entries: entries.filter((entry) => typeof entry === 'string') },
    ...entries
      .filter((entry) => typeof entry !== 'string')
      .flatMap((entry) => {
        const other = entry['include-group']
        if (path.some((one) => normalName(one) === normalName(other)))
          throw new UsageError(
            `${place}leads back to itself (${[...path, other].join(' → ')}). Remove one of these.`,
          )
        return groupParts(file, found, [...path, other])
      }),
  ]
}

function named<T>(all: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.entries(all).find(([one]) => normalName(one) === normalName(name))?.[1]
}

function readEntry(place: string, entry: string): Pick<Wanted, 'requirements' | 'unread'> {
  const found = wholeRequirement(entry)
  if (found) return { requirements: [found], unread: [] }
  if (/@\s*\S/.test(entry))
    return { requirements: [], unread: [`${place}${entry}: an address or a path, which names no release`] }
  throw new UsageError(
    `${place}"${entry}" is no requirement. One is a name and a range, such as psycopg2==2.9.13 or psycopg>=3.1,<4.`,
  )
}
