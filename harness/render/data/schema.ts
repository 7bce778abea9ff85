/** Shapes of the JSON files. What is published follows them, and so do the JSON Schemas beside it. */
import { z } from 'zod'
import { CLIENT_KINDS, POOLERS } from '../../core/matrix.js'
import { documentedSchema, MAINTENANCE, PARADIGMS } from '../../core/standing.js'
import { VERDICTS } from '../../core/verdict.js'
import { publicationSchema } from '../changes/publication.js'
import type { SchemaName } from './address.js'

const text = z.string()
const count = z.number().int().nonnegative()
const verdict = z.enum(VERDICTS)
const relative = text.describe('a link, relative to this file')
const web = z.url().nullable().describe('a page elsewhere, or null')

const $schema = relative

const runSchema = z.strictObject({
  tool: text.describe('version of pgmatrix'),
  runtime: text,
  startedAt: z.iso.datetime(),
  complete: z.boolean().describe('false: the run was cut off'),
  selector: text.nullable().describe('what the run was asked for; null: the whole matrix'),
  planned: count.describe('cells that the run was to fill'),
  cells: count.describe('cells with a result'),
})
export type RunEntry = z.infer<typeof runSchema>

const serverSchema = z.strictObject({
  id: text,
  name: text,
  major: z.number().int(),
  version: text,
  preview: z.boolean(),
  pooler: z.enum(POOLERS).nullable(),
  versionNum: z.number().int().nullable().describe('server_version_num; null: it never answered'),
  build: text.nullable().describe('what it ran from'),
  data: relative,
  page: relative,
})
export type ServerEntry = z.infer<typeof serverSchema>

const release = z.strictObject({ family: text, version: text })

const clientSchema = z.strictObject({
  id: text,
  title: text,
  family: text,
  version: text,
  kind: z.enum(CLIENT_KINDS),
  driver: release.nullable(),
  orm: release.nullable().describe('the ORM of a web stack'),
  data: relative,
  page: relative,
})
export type ClientEntry = z.infer<typeof clientSchema>

const probeSchema = z.strictObject({
  id: text,
  title: text,
  group: text,
  since: text.describe('PostgreSQL release that has the feature first, or words'),
  asks: z.enum(['clients', 'stacks']),
  docs: web,
  data: relative,
  page: relative,
})
export type ProbeEntry = z.infer<typeof probeSchema>

const familySchema = z.strictObject({
  id: text,
  title: text,
  kind: z.enum(CLIENT_KINDS),
  docs: web,
  source: web,
  paradigm: z.enum(PARADIGMS).nullable(),
  licence: text.nullable(),
  maintenance: z
    .strictObject({ status: z.enum(MAINTENANCE), asOf: z.iso.date(), statement: text, source: web })
    .nullable(),
  documented: documentedSchema.extend({ source: web, pythonsSource: web }).nullable(),
})
export type FamilyEntry = z.infer<typeof familySchema>

/** Everything that the run said of a cell but its evidence. */
const found = {
  verdict,
  reason: text,
  note: text.nullable().describe('what a partial costs'),
  absent: z.array(text).describe('dotted names that were verified to be absent'),
}

/** Counts of some cells. */
const tallySchema = z.strictObject({
  native: count,
  decided: count.describe('cells whose verdict says something about the client'),
  cells: count,
  counts: z.partialRecord(verdict, count),
})
export type TallyEntry = z.infer<typeof tallySchema>

const file = { $schema, format: z.literal(1), run: runSchema }

const indexSchema = z.strictObject({
  ...file,
  matrix: relative,
  changes: relative,
  results: relative.describe('everything, with all evidence, as JSON Lines'),
  schemas: z.record(text, relative),
  evidence: text.describe('URI template of the place where the evidence of a cell stands'),
  verdicts: z.array(z.strictObject({ verdict, meaning: text, fact: z.boolean() })),
  newest: text.describe('id of the newest server that is released'),
  servers: z.array(serverSchema),
  families: z.array(familySchema),
  clients: z.array(clientSchema),
  probes: z.array(probeSchema),
})

const probeFileSchema = z.strictObject({
  ...file,
  probe: probeSchema.extend({ about: text, control: text }),
  cells: z.array(z.strictObject({ server: text, client: text, ...found, evidence: relative })),
})

const clientFileSchema = z.strictObject({
  ...file,
  client: clientSchema.extend({
    python: text.nullable().describe('null: none that fits was found'),
    libpq: z.number().int().nullable(),
    packages: z.record(text, text),
  }),
  family: familySchema,
  servers: z.array(tallySchema.extend({ id: text })),
  cells: z.array(z.strictObject({ server: text, probe: text, ...found, evidence: relative })),
})

const serverFileSchema = z.strictObject({
  ...file,
  server: serverSchema,
  clients: z.array(tallySchema.extend({ id: text })),
  verdicts: z
    .record(text, z.record(text, verdict))
    .describe('by client and probe; cells without a result are missing'),
})

const matrixFileSchema = z.strictObject({
  ...file,
  servers: z.array(serverSchema),
  clients: z.array(clientSchema),
  probes: z.array(probeSchema),
  codes: z.record(z.string().length(1), verdict),
  cells: z
    .record(text, z.record(text, text))
    .describe(
      'by server and client: a letter of `codes` for each probe, in the order of `probes`; a dot: no cell',
    ),
})

const changesFileSchema = z.strictObject({
  $schema,
  format: z.literal(1),
  publications: z.array(publicationSchema).describe('newest first, each against the one before'),
})

/** `satisfies`: a kind of file without a schema does not compile. */
export const FILE_SCHEMAS = {
  index: indexSchema,
  probe: probeFileSchema,
  client: clientFileSchema,
  server: serverFileSchema,
  matrix: matrixFileSchema,
  changes: changesFileSchema,
} as const satisfies Record<SchemaName, z.ZodType>

/** What a file of that kind holds, save the link to its schema. */
export type FileContent<Name extends SchemaName> = Omit<z.infer<(typeof FILE_SCHEMAS)[Name]>, '$schema'>
