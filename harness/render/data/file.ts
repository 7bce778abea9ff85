/** A file of the site that is no page: data, tables, pictures of words. */
import { rootOf } from '../models/address.js'
import { schemaAddress, type SchemaName } from './address.js'

export interface DataFile {
  /** Address from the top of the site. */
  readonly name: string
  readonly text: string
}

/** The same under names that it had before: what reads data does not follow a page. */
export function* alsoAs(file: DataFile, formerNames: readonly string[]): Generator<DataFile> {
  yield file
  for (const name of formerNames) yield { ...file, name }
}

/** JSON that names its schema. All links in it are relative to itself. */
export function jsonFile(name: string, schema: SchemaName, value: object): DataFile {
  const $schema = rootOf(name) + schemaAddress(schema)
  return { name, text: `${JSON.stringify({ $schema, ...value })}\n` }
}
