/** JSON Schemas for editors, made from the schemas that the loader checks with. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { SCHEMAS } from './schema.js'

/** File name to text. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(SCHEMAS).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
      return [`${name}.json`, `${JSON.stringify(json, null, 2)}\n`]
    }),
  )
}

/** Writes them into `schemas/` of a matrix folder, and returns the paths. */
export async function writeSchemas(folder: string): Promise<string[]> {
  await mkdir(join(folder, 'schemas'), { recursive: true })
  return Promise.all(
    [...jsonSchemas()].map(async ([name, text]) => {
      const path = join(folder, 'schemas', name)
      await writeFile(path, text)
      return path
    }),
  )
}
