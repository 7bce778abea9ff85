import { basename } from 'node:path'
import { CLIENT_KINDS, type Control, type Probe, type PythonValue } from '../core/matrix.js'
import { checkSchema } from './check-schema.js'
import { listNames, listYaml, type Folder } from './folder.js'
import { formerIdProblems } from './former-ids.js'
import type { Group } from './groups.js'
import { duplicateIds, groupProblems, nameProblems, UNKNOWN_GROUP } from './probe-names.js'
import { codeAt, textOffsetPlace, type BlockText } from './block-text.js'
import type { StandIns } from './mend.js'
import type { Problem } from './problem.js'
import { pythonValue } from './python-value.js'
import { loadEntries } from './recipes.js'
import { DRIVERS_SCOPE, PROFILE_SCOPE, STACK_SCOPE } from './scope.js'
import { probeSchema, type ProbeFile } from './schema.js'
import type { LoadedShapes } from './shapes.js'
import { definedNames, type Snippet } from './snippet.js'
import { checkSql } from './sql.js'
import { keyPlace, nodeAt, readYaml, valuePlace, type YamlFile } from './yaml-file.js'

export interface LoadedProbe {
  readonly probe: Probe
  readonly snippets: readonly Snippet[]
}

const DEFAULT_DEADLINE = 10

export async function loadProbes(
  folder: Folder,
  groups: readonly Group[] | undefined,
  shapes: LoadedShapes,
  problems: Problem[],
): Promise<readonly LoadedProbe[]> {
  const subfolders = await listNames(folder, 'probes')
  const lists = await Promise.all(subfolders.map((name) => listYaml(folder, `probes/${name}`, problems)))
  const files = await Promise.all(lists.flat().map((path) => readYaml(folder, path, problems)))
  const inFiles = files.flatMap((file) => {
    const one = file && loadProbe(file, groups, shapes, problems)
    return file && one ? [{ file, loaded: one, named: one.probe }] : []
  })
  const loaded = inFiles.map((one) => one.loaded)
  problems.push(...duplicateIds(loaded.map(({ probe }) => probe)), ...formerIdProblems(inFiles))
  return loaded.toSorted(
    (a, b) => groupOrder(a.probe, groups) - groupOrder(b.probe, groups) || compareIds(a.probe, b.probe),
  )
}

function groupOrder(probe: Probe, groups: readonly Group[] | undefined): number {
  return groups?.findIndex(({ title }) => title === probe.group) ?? 0
}

function compareIds(a: Probe, b: Probe): number {
  return a.id < b.id ? -1 : 1
}

function loadProbe(
  file: YamlFile,
  groups: readonly Group[] | undefined,
  shapes: LoadedShapes,
  problems: Problem[],
): LoadedProbe | undefined {
  const data = checkSchema(probeSchema, file, problems, standIns(file))
  if (!data) return undefined
  problems.push(...nameProblems(file, data), ...groupProblems(file, data, groups), ...checkSql(file, data))
  const value = pythonValue(file, 'value', { json: data.value, python: data['value-python'] }, problems)
  const expect = pythonValue(file, 'expect', { json: data.expect, python: data['expect-python'] }, problems)
  const witness = data.witness ?? []
  if (!value && !expect && !nodeAt(file, ['witness']) && witness.length === 0)
    problems.push(checksNothing(file))
  const given = data.given === undefined ? undefined : codeAt(file, ['given'], problems)
  const loaded = loadEntries(file, data.recipes ?? {}, shapes, problems)
  const { entries } = loaded
  const conversation = loadConversation(file, data, problems)
  if (entries.length === 0 && nodeAt(file, ['recipes'])) {
    problems.push({ place: keyPlace(file, ['recipes']), message: 'this probe has no recipes' })
  }
  const nothing: PythonValue = { json: null }
  const probe: Probe = {
    id: data.id,
    formerly: data.formerly ?? [],
    title: data.title,
    group: data.group,
    tier: data.tier,
    kinds: kindsOf(data.for),
    since: data.since,
    docs: data.docs,
    about: data.about.trim(),
    control: controlOf(data.control),
    extensions: data.extensions ?? [],
    setup: data.setup ?? '',
    table: data.table ?? '',
    profile: data.profile ?? 'plain',
    login: data.login ?? 'scram',
    pooled: data.pooled ?? true,
    given: given && { code: given.text, place: given.place },
    value: value ?? nothing,
    expect: expect ?? value ?? nothing,
    witness,
    deadline: data.deadline ?? DEFAULT_DEADLINE,
    entries,
    conversation: conversation && { code: conversation.text, place: conversation.place },
    place: valuePlace(file, ['id']),
  }
  return { probe, snippets: snippetsOf(file, data, { given, conversation, recipes: loaded.snippets }) }
}

interface Pieces {
  readonly given: BlockText | undefined
  readonly conversation: BlockText | undefined
  readonly recipes: readonly Snippet[]
}

function snippetsOf(file: YamlFile, data: ProbeFile, { given, conversation, recipes }: Pieces): Snippet[] {
  const names = PROFILE_SCOPE[data.profile ?? 'plain']
  const shared = data.for === 'drivers' ? DRIVERS_SCOPE : []
  const scope = [...names, ...(given ? definedNames(given.text) : [])]
  return [
    ...(given ? [{ kind: 'given' as const, given: [...shared, ...names], ...given }] : []),
    ...recipes.map((snippet) => ({ ...snippet, given: scope })),
    ...(conversation ? [{ kind: 'recipe' as const, key: STACK_SCOPE, given: scope, ...conversation }] : []),
    ...valueSnippets(file, data),
  ]
}

/** A probe for stacks has one conversation in place of recipes; any other has recipes. */
function loadConversation(file: YamlFile, data: ProbeFile, problems: Problem[]): BlockText | undefined {
  const key = data.for === 'stacks' ? 'conversation' : 'recipes'
  const other = data.for === 'stacks' ? 'recipes' : 'conversation'
  if (nodeAt(file, [other])) {
    const hint = data.for === 'stacks' ? 'for: drivers, or for: orms' : 'for: stacks'
    problems.push({ place: keyPlace(file, [other]), message: `this probe has no ${other}`, hint })
  }
  if (!nodeAt(file, [key])) {
    problems.push({ place: valuePlace(file, []), message: `missing key "${key}"` })
  }
  return data.conversation === undefined ? undefined : codeAt(file, ['conversation'], problems)
}

function checksNothing(file: YamlFile): Problem {
  const hint = 'give it a value, an expect or a witness'
  return { place: valuePlace(file, []), message: 'this probe checks nothing', hint }
}

function kindsOf(asked: ProbeFile['for']): Probe['kinds'] {
  return CLIENT_KINDS.filter((kind) => (asked === undefined ? kind !== 'stack' : asked === `${kind}s`))
}

/** Enough to check the rest of a file whose head is wrong. */
function standIns(file: YamlFile): StandIns {
  const id = basename(file.path, '.yaml')
  return { ...STAND_INS, id }
}

const STAND_INS = {
  title: '?',
  group: UNKNOWN_GROUP,
  tier: 1,
  since: 'any',
  docs: 'https://www.postgresql.org/docs/current/',
  about: '?',
  control: 'select 1',
}

function controlOf(control: ProbeFile['control']): Control {
  return typeof control === 'string' ? { sql: control, absent: [] } : control
}

function valueSnippets(file: YamlFile, data: ProbeFile): Snippet[] {
  return (['value-python', 'expect-python'] as const).flatMap((key) => {
    const text = data[key]
    return text === undefined ? [] : [{ kind: 'value', text, place: textOffsetPlace(file, [key], 0) }]
  })
}
