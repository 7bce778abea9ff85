/** A shape with its parameters filled in. */
import type { Place } from '../core/matrix.js'
import { familyOfKey } from '../core/recipe-key.js'
import { didYouMean } from '../core/suggest.js'
import type { BlockText } from './block-text.js'
import type { Problem } from './problem.js'
import { placeholder, type LoadedShapes, type Shape, type ShapeRecipe } from './shapes.js'

export interface ShapeUse {
  readonly shape: string
  readonly with: Readonly<Record<string, string>>
  /** Recipe key of the entry that uses it. */
  readonly key: string
  readonly place: Place
}

export interface Expanded {
  readonly code: BlockText
  readonly note?: string
}

/** The code for a recipe key: the shape's recipe for just this key, or else for the key's family. */
export function expandShape(
  use: ShapeUse,
  { shapes, names }: LoadedShapes,
  problems: Problem[],
): Expanded | undefined {
  const refuse = (message: string, hint?: string): undefined => {
    problems.push({ place: use.place, message, ...(hint !== undefined && { hint }) })
  }
  const shape = shapes.get(use.shape)
  if (!shape)
    return names.includes(use.shape)
      ? undefined
      : refuse(`unknown shape "${use.shape}"`, didYouMean(use.shape, names))
  const recipe = shape.recipes.get(use.key) ?? shape.recipes.get(familyOfKey(use.key))
  if (!recipe) return refuse(`shape "${use.shape}" has no recipe for ${use.key}`)
  const faults = parameterFaults(use, shape, recipe)
  for (const { message, hint } of faults) refuse(message, hint)
  return faults.length > 0 ? undefined : fill(use, shape, recipe)
}

type Fault = Pick<Problem, 'message' | 'hint'>

function parameterFaults(use: ShapeUse, shape: Shape, { used, code }: ShapeRecipe): Fault[] {
  const known = [...shape.params.keys()]
  const given = Object.keys(use.with)
  const missing = used.filter((param) => !given.includes(param) && shape.params.get(param) === undefined)
  return [
    ...given.flatMap((param) => strangeParameter(param, known, used, use)),
    ...missing.map((param) => ({
      message: `shape "${use.shape}" needs the parameter "${param}"`,
      hint: `with: { ${param}: … }`,
    })),
    ...given
      .filter((param) => used.includes(param))
      .flatMap((param) => lineFault(param, use.with[param] ?? '', code.text)),
  ]
}

function strangeParameter(
  param: string,
  known: readonly string[],
  used: readonly string[],
  use: ShapeUse,
): Fault[] {
  if (used.includes(param)) return []
  if (known.includes(param))
    return [
      { message: `parameter "${param}" has no place in the recipe for ${use.key} of shape "${use.shape}"` },
    ]
  const hint = didYouMean(param, known)
  return [
    { message: `shape "${use.shape}" has no parameter "${param}"`, ...(hint !== undefined && { hint }) },
  ]
}

/** Elsewhere several lines, or none, would move the lines of a traceback away from those of the file. */
function lineFault(param: string, value: string, code: string): Fault[] {
  const lines = value.trimEnd().split('\n').length
  const firstLine = code.split('\n')[0]?.trim() === placeholder(param)
  if (lines === 1 || (firstLine && code.split(placeholder(param)).length === 2)) return []
  return [
    {
      message: `parameter "${param}" must be one line`,
      hint: `only ${placeholder(param)} alone on the first line may become several`,
    },
  ]
}

/**
 * Lines after the first stay at the line of the shape's file at which they are written: what the first line grows or shrinks by,
 * the code begins earlier or later.
 */
function fill(use: ShapeUse, shape: Shape, recipe: ShapeRecipe): Expanded {
  const values = recipe.used.map(
    (param) => [param, (use.with[param] ?? shape.params.get(param) ?? '').trimEnd()] as const,
  )
  const filled = values.reduce(
    (code, [param, value]) => code.replaceAll(placeholder(param), () => value),
    recipe.code.text,
  )
  const text = filled.replace(/^(?:[ \t]*\n)+/, '')
  const grown = text.split('\n').length - recipe.code.text.split('\n').length
  const { place } = recipe.code
  const note =
    recipe.note &&
    values.reduce((words, [param, value]) => words.replaceAll(placeholder(param), () => value), recipe.note)
  return {
    code: { text, place: { ...place, line: Math.max(1, place.line - grown) } },
    ...(note !== undefined && { note }),
  }
}
