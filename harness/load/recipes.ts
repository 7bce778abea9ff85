/** The `recipes` of a probe. */
import type { Recipe, RecipeEntry } from '../core/matrix.js'
import { LEVELS, type Level } from '../core/verdict.js'
import { codeAt } from './block-text.js'
import { expandShape, type Expanded } from './expand-shape.js'
import type { Problem } from './problem.js'
import type { EntryFile, ProbeFile, RecipeFile } from './schema.js'
import type { LoadedShapes } from './shapes.js'
import type { Snippet } from './snippet.js'
import { keyPlace, nodeAt, valuePlace, type Path, type YamlFile } from './yaml-file.js'

export interface LoadedEntries {
  readonly entries: readonly RecipeEntry[]
  /** For the check of the Python code. */
  readonly snippets: readonly Snippet[]
}

export function loadEntries(
  file: YamlFile,
  recipes: NonNullable<ProbeFile['recipes']>,
  shapes: LoadedShapes,
  problems: Problem[],
): LoadedEntries {
  const loaded = Object.entries(recipes).map(([key, entry]) =>
    loadEntry({ file, key, shapes, problems }, entry),
  )
  return { entries: loaded.map(({ entry }) => entry), snippets: loaded.flatMap(({ snippets }) => snippets) }
}

interface Context {
  readonly file: YamlFile
  readonly key: string
  readonly shapes: LoadedShapes
  readonly problems: Problem[]
}

function loadEntry(context: Context, data: EntryFile): { entry: RecipeEntry; snippets: Snippet[] } {
  const { file, key, problems } = context
  const place = keyPlace(file, ['recipes', key])
  const loaded = LEVELS.flatMap((level) => {
    const recipe = data[level]
    return recipe === undefined ? [] : loadRecipe(context, level, recipe)
  })
  const absent = data.absent === undefined ? [] : [data.absent].flat()
  if (!saysAnything(file, key, data)) {
    const hint = 'native:, partial:, raw: or absent:'
    problems.push({ place, message: `${key} has neither a recipe nor an absence`, hint })
  }
  if (data.native !== undefined && absent.length > 0) {
    const at = keyPlace(file, ['recipes', key, 'absent'])
    problems.push({ place: at, message: 'what is absent cannot be native too', hint: 'keep one of the two' })
  }
  const entry = { key, recipes: loaded.map(({ recipe }) => recipe), absent, place }
  return { entry, snippets: loaded.map(({ snippet }) => snippet) }
}

/** Also where what it says is wrong. */
function saysAnything(file: YamlFile, key: string, data: EntryFile): boolean {
  return [...LEVELS, 'absent' as const].some(
    (part) => data[part] !== undefined || nodeAt(file, ['recipes', key, part]),
  )
}

function loadRecipe(
  context: Context,
  level: Level,
  data: RecipeFile,
): { recipe: Recipe; snippet: Snippet }[] {
  const { file, key, problems } = context
  const path = ['recipes', key, level]
  const found = codeOf(context, path, data)
  if (!found) return []
  const { code, note } = found
  if (level === 'partial' && note === undefined) {
    const hint = 'note: what one must do, or what is lost'
    problems.push({ place: keyPlace(file, path), message: `the partial recipe of ${key} has no note`, hint })
  }
  const recipe = { level, code: code.text, place: code.place, ...(note !== undefined && { note }) }
  const usedAt = typeof data !== 'string' && 'shape' in data ? valuePlace(file, path) : undefined
  return [{ recipe, snippet: { kind: 'recipe', ...code, key, ...(usedAt && { usedAt }) } }]
}

function codeOf(
  { file, key, shapes, problems }: Context,
  path: Path,
  data: RecipeFile,
): Expanded | undefined {
  if (typeof data === 'string' || 'code' in data) {
    const code = codeAt(file, typeof data === 'string' ? path : [...path, 'code'], problems)
    const note = typeof data === 'string' ? undefined : data.note
    return code && { code, ...(note !== undefined && { note }) }
  }
  const place = valuePlace(file, [...path, 'shape'])
  const expanded = expandShape({ shape: data.shape, with: data.with ?? {}, key, place }, shapes, problems)
  return expanded && { ...expanded, ...(data.note !== undefined && { note: data.note }) }
}
