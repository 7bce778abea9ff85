/** The published JSON Schemas, made from what the files are written by. */
import { z } from 'zod'
import { SCHEMA_NAMES, schemaAddress } from './address.js'
import type { DataFile } from './file.js'
import { FILE_SCHEMAS } from './schema.js'

export function schemaFiles(): DataFile[] {
  return SCHEMA_NAMES.map((name) => {
    const json = z.toJSONSchema(FILE_SCHEMAS[name], { target: 'draft-7' })
    return { name: schemaAddress(name), text: `${JSON.stringify(json, null, 2)}\n` }
  })
}
