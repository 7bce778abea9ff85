/** docs/formats.md: what stands in the files that pgmatrix reads and writes, from the schemas that it checks them with. */
import type { z } from 'zod'
import {
  cellSchema,
  clientLineSchema,
  footerSchema,
  headerSchema,
  serverLineSchema,
} from '../../core/result.js'
import { SCHEMAS } from '../../load/schema.js'
import { FILE_SCHEMAS } from '../../render/data/schema.js'
import { schemaLines } from './schema-lines.js'

/** Files of matrix/ by the name of their schema. */
const MATRIX_FILES: Readonly<Record<keyof typeof SCHEMAS, string>> = {
  groups: 'matrix/groups.yaml',
  servers: 'matrix/servers.yaml',
  pythons: 'matrix/pythons.yaml',
  images: 'matrix/locks/images.yaml',
  client: 'matrix/clients/<family>.yaml',
  stack: 'matrix/stacks/<framework>.yaml',
  probe: 'matrix/probes/<group>/<id>.yaml',
  shape: 'matrix/shapes/<name>.yaml',
}

const LINES = {
  header: headerSchema,
  server: serverLineSchema,
  client: clientLineSchema,
  cell: cellSchema,
  footer: footerSchema,
} as const

const INTRODUCTION = `# Formats

What stands in the files that pgmatrix reads and writes. A key below a list is written \`list[].key\`, one below keys that have names of
their own \`names.*.key\`. [matrix/README.md](../matrix/README.md) tells how the files of the matrix belong together, with examples.`

const RESULTS = `## results

\`results/<time>.jsonl\`: JSON Lines, a header, a line for each cell, and a footer; in between a line for each client, and on servers of
their own for each server, with what is known once they run. Each line ends with the key \`sum\`, a check sum of all that stands before it.`

const API = `## api

\`api/v1/\` of the site. Every file names its JSON Schema in \`$schema\`.`

/** The sections by what `pgmatrix docs` calls them. */
export function formatSections(): ReadonlyMap<string, string> {
  const matrix = Object.entries(MATRIX_FILES).map(([name, file]) => {
    const schema = SCHEMAS[nameIn(SCHEMAS, name)]
    return [name, section(`## ${name}`, `\`${file}\`: ${begin(schema)}`, schemaLines(schema))] as const
  })
  return new Map([
    ...matrix,
    ['results', section(RESULTS, ...parts(LINES))],
    ['api', section(API, ...parts(FILE_SCHEMAS))],
  ])
}

export function formatsPage(): string {
  return section(INTRODUCTION, ...formatSections().values())
}

function parts(schemas: Readonly<Record<string, z.ZodType>>): string[] {
  return Object.entries(schemas).flatMap(([name, schema]) => [`### ${name}`, schemaLines(schema)])
}

function begin({ description = '' }: z.ZodType): string {
  return `${description.charAt(0).toLowerCase()}${description.slice(1)}.`
}

function section(...paragraphs: readonly string[]): string {
  return paragraphs.join('\n\n')
}

function nameIn<T extends object>(record: T, name: string): keyof T {
  const known = (one: string): one is string & keyof T => one in record
  if (known(name)) return name
  throw new RangeError(name)
}
