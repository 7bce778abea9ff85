/** A schema as lines of Markdown: one for each key, with what it holds and what it is for. */
import { z } from 'zod'

type Schema = z.core.JSONSchema.BaseSchema

interface Key {
  /** `servers[].id`, `recipes.*.native` */
  readonly path: string
  readonly schema: Schema
  readonly isRequired: boolean
}

export function schemaLines(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  const keys = keysOf(json, '')
  const first = new Map(keys.toReversed().map((key) => [key.path, key]))
  return keys
    .filter((key) => first.get(key.path) === key)
    .map(describe)
    .join('\n')
}

/** Of all objects that may stand there, in their order. */
function keysOf(schema: Schema, path: string): Key[] {
  const required = new Set(schema.required)
  const own = Object.entries(schema.properties ?? {}).filter(([name]) => name !== '$schema')
  return [
    ...own.flatMap(([name, value]) => {
      const below = path === '' ? name : `${path}.${name}`
      const one = schemaOf(value)
      return [{ path: below, schema: one, isRequired: required.has(name) }, ...keysOf(one, below)]
    }),
    ...listed(schema.items).flatMap((one) => keysOf(one, `${path}[]`)),
    ...listed(schema.additionalProperties).flatMap((one) => keysOf(one, `${path}.*`)),
    ...branchesOf(schema).flatMap((one) => keysOf(one, path)),
  ]
}

function listed(value: Schema['items'] | Schema['additionalProperties']): Schema[] {
  if (value === undefined || typeof value === 'boolean' || Array.isArray(value)) return []
  return [value]
}

function schemaOf(value: z.core.JSONSchema._JSONSchema): Schema {
  return typeof value === 'boolean' ? {} : value
}

function branchesOf({ anyOf = [], oneOf = [], allOf = [] }: Schema): Schema[] {
  return [...anyOf, ...oneOf, ...allOf].map(schemaOf)
}

function describe({ path, schema, isRequired }: Key): string {
  const { description = '', default: standing } = schema
  const empty = standing === null || standing === false || typeof standing === 'object'
  const facts = [holds(schema), ...(isRequired ? ['required'] : [])].join(', ')
  const initially = standing === undefined || empty ? '' : ` Default: \`${JSON.stringify(standing)}\`.`
  return `- \`${path}\` (${facts})${description === '' ? '' : ` ${withStop(description)}`}${initially}`
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'keys',
}

function holds(schema: Schema): string {
  const { type, enum: all, const: one } = schema
  if (one !== undefined) return `\`${String(one)}\``
  if (all) return all.map((word) => `\`${String(word)}\``).join(' or ')
  const branches = branchesOf(schema)
  if (branches.length > 0) return [...new Set(branches.map(holds))].join(' or ')
  if (type === 'array') return `list of ${listed(schema.items).map(holds)[0] ?? 'values'}`
  if (type === 'object' && schema.properties === undefined) {
    const [below] = listed(schema.additionalProperties).map(holds)
    return `by name: ${below ?? 'anything'}`
  }
  return (
    [type ?? []]
      .flat()
      .map((one) => WORDS[one] ?? one)
      .join(' or ') || 'anything'
  )
}

function withStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}
