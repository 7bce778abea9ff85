import { basename } from 'node:path'
import { familyOfKey } from '../core/recipe-key.js'
import { codeAt, type BlockText } from './block-text.js'
import { checkSchema } from './check-schema.js'
import { listYaml, type Folder } from './folder.js'
import type { Problem } from './problem.js'
import { shapeSchema, type ShapeFile } from './schema.js'
import { keyPlace, readYaml, valuePlace, type YamlFile } from './yaml-file.js'

export interface Shape {
  readonly name: string
  /** Parameter to its default; undefined where it must be given. */
  readonly params: ReadonlyMap<string, string | undefined>
  /** Recipe key to the code, placeholders and all. */
  readonly recipes: ReadonlyMap<string, ShapeRecipe>
}

export interface ShapeRecipe {
  readonly code: BlockText
  readonly note?: string
  /** Parameters that this code has a place for. */
  readonly used: readonly string[]
}

export interface LoadedShapes {
  readonly shapes: ReadonlyMap<string, Shape>
  /** Also of files that could not be read. */
  readonly names: readonly string[]
}

export async function loadShapes(
  folder: Folder,
  families: readonly string[],
  problems: Problem[],
): Promise<LoadedShapes> {
  const paths = await listYaml(folder, 'shapes', problems)
  const loaded = await Promise.all(paths.map((path) => loadShape(folder, path, problems)))
  const shapes = loaded.filter((one) => one !== undefined)
  problems.push(...shapes.flatMap(({ shape, file }) => strangeFamilies(shape, file, families)))
  return {
    shapes: new Map(shapes.map(({ shape }) => [shape.name, shape])),
    names: paths.map((path) => basename(path, '.yaml')),
  }
}

async function loadShape(
  folder: Folder,
  path: string,
  problems: Problem[],
): Promise<{ shape: Shape; file: YamlFile } | undefined> {
  const file = await readYaml(folder, path, problems)
  const data = file && checkSchema(shapeSchema, file, problems)
  if (!file || !data) return undefined
  const params = new Map(Object.entries(data.params ?? {}).map(([name, param]) => [name, defaultOf(param)]))
  const recipes = new Map(
    Object.entries(data.recipes).flatMap(([key, recipe]) => {
      const isText = typeof recipe === 'string'
      const code = codeAt(file, ['recipes', key, ...(isText ? [] : ['code'])], problems)
      return code
        ? [[key, shapeRecipe(code, isText ? undefined : recipe.note, [...params.keys()])] as const]
        : []
    }),
  )
  const shape = { name: basename(path, '.yaml'), params, recipes }
  problems.push(...unusedParams(shape, file))
  return { shape, file }
}

function defaultOf(param: NonNullable<ShapeFile['params']>[string]): string | undefined {
  return typeof param === 'string' ? undefined : param.default
}

function shapeRecipe(code: BlockText, note: string | undefined, params: readonly string[]): ShapeRecipe {
  const used = params.filter((param) => code.text.includes(placeholder(param)))
  return { code, used, ...(note !== undefined && { note }) }
}

/** How a parameter is written in the code: a Python name, so that a shape is Python by itself. */
export function placeholder(param: string): string {
  return `__${param}__`
}

function unusedParams({ params, recipes }: Shape, file: YamlFile): Problem[] {
  const used = new Set([...recipes.values()].flatMap((recipe) => recipe.used))
  return [...params.keys()]
    .filter((param) => !used.has(param))
    .map((param) => ({
      place: keyPlace(file, ['params', param]),
      message: `no recipe has a place for the parameter "${param}"`,
      hint: `write ${placeholder(param)} in the code`,
    }))
}

function strangeFamilies({ recipes }: Shape, file: YamlFile, families: readonly string[]): Problem[] {
  return [...recipes.keys()].flatMap((key) => {
    const family = familyOfKey(key)
    if (families.includes(family)) return []
    return [
      { place: valuePlace(file, ['recipes', key]), message: `recipe for the unknown family "${family}"` },
    ]
  })
}
