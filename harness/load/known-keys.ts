/** Which keys a schema knows at a path, for "did you mean". */
import { z } from 'zod'

/** All keys of all objects that may stand there. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const [part, ...rest] = path
  if (part === undefined) return [...new Set(objects(schema).flatMap((object) => Object.keys(object.shape)))]
  return [...new Set(children(schema, part).flatMap((child) => knownKeys(child, rest)))]
}

function children(schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] {
  return branches(schema).flatMap((branch): z.core.$ZodType[] => {
    if (branch instanceof z.ZodObject) {
      const child: unknown = branch.shape[String(part)]
      return child instanceof z.ZodType ? [child] : []
    }
    if (branch instanceof z.ZodArray) return [branch.element]
    if (branch instanceof z.ZodRecord) return [branch.valueType]
    return []
  })
}

function objects(schema: z.core.$ZodType): z.ZodObject[] {
  return branches(schema).filter((branch) => branch instanceof z.ZodObject)
}

/** The alternatives of a schema, wrappers removed. */
function branches(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return branches(schema.unwrap())
  if (schema instanceof z.ZodPipe) return branches(schema.in)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(branches)
  return [schema]
}
