/**
 * Results: JSON Lines with a header, one line per cell and a footer. A file without a footer is an interrupted run.
 * Schemas are strict: a results file may come from anybody.
 */
import { z } from 'zod'
import { decidedSchema } from './decided.js'
import { CLIENT_KINDS, POOLERS } from './matrix.js'
import { figuresSchema, pythonErrorSchema, seenValueSchema } from './protocol.js'
import { standingSchema } from './standing.js'
import { LEVELS, VERDICTS } from './verdict.js'

export const RESULTS_FORMAT = 1

/** Ids become file names and anchors, so that nothing but these characters is let in. */
const ID = /^[a-z0-9](?:[a-z0-9_.+-]{0,118}[a-z0-9])?$/
const id = z
  .string()
  .regex(ID, 'not an id')
  .refine((text) => !text.includes('..'), 'not an id')
/** Of one that the run did not start: `dsn:managed`; behind a pooler: `17+pgbouncer`. */
const serverId = z
  .string()
  .regex(/^(dsn:)?[a-z0-9][a-z0-9_]{0,40}(\+[a-z]+(-[a-z]+)?)?$/, 'not the id of a server')
const text = z.string().max(20_000)

export const serverFactsSchema = z.strictObject({
  id: serverId.describe(
    'Its id in the matrix, such as `17+pgbouncer`; `dsn:managed` of one that the run did not start',
  ),
  major: z.number().int().describe('Its major release'),
  version: text.describe('As planned, `17.10`'),
  preview: z.boolean().default(false).describe('Not released yet'),
  endOfLife: z.iso
    .date()
    .nullable()
    .default(null)
    .describe(
      "Day of the major's final release; null where none was announced, or the file is of an older tool",
    ),
  versionNum: z
    .number()
    .int()
    .nullable()
    .describe('As the server said of itself; null where it never answered'),
  build: text
    .nullable()
    .default(null)
    .describe(
      'What it ran from: a package or an image, with its version; null where it never ran or the file is of an older tool',
    ),
  pooler: z
    .enum(POOLERS)
    .nullable()
    .default(null)
    .describe('What all clients reached it through; null where there was nothing between'),
})

const releaseSchema = z.strictObject({
  family: id.describe('A family of clients'),
  version: text.describe('Its release'),
})

const stackFactsSchema = z.strictObject({
  orm: releaseSchema
    .nullable()
    .describe('The ORM under the framework; null where the application calls the driver itself'),
  server: text.describe('What serves the application'),
  integration: text.nullable().describe('The documented bridge; null where the application is the bridge'),
  application: z
    .array(
      z.strictObject({
        name: text.describe("Relative to the application's folder"),
        code: z.string().max(50_000).describe('Its text'),
      }),
    )
    .describe('Files of the application that was asked, to the letter'),
})

export const clientFactsSchema = z.strictObject({
  id: id.describe('Its id in the matrix'),
  family: id.describe('Its family'),
  version: text.describe('Its release'),
  driver: releaseSchema.nullable().describe('The driver under it; null of a driver'),
  stack: stackFactsSchema
    .nullable()
    .default(null)
    .describe('Of a stack: what stands on top of the driver; null for other clients'),
  python: text.nullable().describe('The Python that it ran on; null where there was none'),
  libpq: z
    .number()
    .int()
    .nullable()
    .describe('PQlibVersion(), such as 170005; null of a driver without libpq'),
  build: text
    .nullable()
    .default(null)
    .describe('The image that it ran in; null for an interpreter of the machine'),
  packages: z.record(text, text).describe('What was installed, to its version'),
  built: z
    .record(text, text)
    .default({})
    .describe('Those built from their sources, to the tag of the wheel that they became'),
})

/** Each has pages of its own. */
const formerly = z
  .array(id)
  .max(20)
  .default([])
  .describe('Ids that it had before; none where the file is of an older tool')

export const familyFactsSchema = z.strictObject({
  id: id.describe('Its id in the matrix'),
  formerly,
  title: text.describe('Its name'),
  kind: z.enum(CLIENT_KINDS).describe('What it is'),
  about: text.describe('Two or three sentences'),
  docs: text.describe('Address of its documentation'),
  source: text.describe('Address of its sources'),
  package: text
    .nullable()
    .default(null)
    .describe("Distribution whose version is the client's; null where the file is of an older tool"),
  ...standingSchema,
})

export const probeFactsSchema = z.strictObject({
  id: id.describe('Its id in the matrix'),
  formerly,
  title: text.describe('What it is about, in a few words'),
  group: text.describe('Title of its group'),
  tier: z.union([z.literal(1), z.literal(2)]).describe('1: what most programs need'),
  since: text.describe('First PostgreSQL release with the feature, for people'),
  docs: text.describe("Address in PostgreSQL's documentation"),
  about: text.describe('One paragraph'),
  control: text.describe('SQL that asks the server itself'),
  given: text
    .nullable()
    .default(null)
    .describe(
      'Python that ran before each recipe; null where there is none, or the file is of an older tool',
    ),
  conversation: text
    .nullable()
    .default(null)
    .describe('What it asks of the application of every stack; null where it asks clients'),
})

const idsInOrder = z.array(text).max(100_000).describe('Those of all parts')

/** Of a run in parts, see core/shard.ts: which part it is, and what all parts have in common. */
export const shardFactsSchema = z.strictObject({
  index: z.number().int().min(1).describe('Which part it is, from 1'),
  of: z.number().int().min(1).describe('Number of the parts'),
  cells: z.number().int().describe('Cells of all parts'),
  plan: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('Digest of what is planned in all parts together'),
  order: z
    .strictObject({
      groups: idsInOrder,
      servers: idsInOrder,
      families: idsInOrder,
      clients: idsInOrder,
      probes: idsInOrder,
    })
    .describe('Ids in the order in which one run of all would have them'),
})
export type ShardFacts = z.infer<typeof shardFactsSchema>

export const headerSchema = z.strictObject({
  kind: z.literal('header').describe('The first line'),
  format: z.literal(RESULTS_FORMAT).describe('Version of the format'),
  tool: text.describe('Version of pgmatrix'),
  startedAt: z.iso.datetime().describe('When the run began'),
  runtime: text.describe('`embedded`, `docker` or `dsn`'),
  selector: text.nullable().describe('Selector of the run, or null for the whole matrix'),
  cells: z.number().int().describe('Cells planned'),
  shard: shardFactsSchema.nullable().default(null).describe('Null for a run that is whole by itself'),
  groups: z.array(text).describe('Titles of the groups of probes, in their order'),
  servers: z.array(serverFactsSchema).describe('Servers of the run'),
  families: z.array(familyFactsSchema).describe('Families of its clients'),
  clients: z.array(clientFactsSchema).describe('Its clients'),
  probes: z.array(probeFactsSchema).describe('Its probes'),
})
export type Header = z.infer<typeof headerSchema>
export type ServerFacts = z.infer<typeof serverFactsSchema>
export type ClientFacts = z.infer<typeof clientFactsSchema>
export type FamilyFacts = z.infer<typeof familyFactsSchema>
export type ProbeFacts = z.infer<typeof probeFactsSchema>

const rows = z.array(z.array(z.string().nullable()))

export const witnessSeenSchema = z.strictObject({
  sql: text.describe('The statement'),
  expected: rows.describe('Rows that it had to have, as text'),
  rows: rows.nullable().describe('Rows as seen (cut to 20), or null when the statement failed'),
  error: text.nullable().describe('Why it failed; null where it did not'),
})
export type WitnessSeen = z.infer<typeof witnessSeenSchema>

/** How one recipe ended. */
export const OUTCOMES = [
  'held',
  'raised',
  'wrong-type',
  'wrong-value',
  'wrong-effect',
  'refused',
  'timeout',
  'crash',
  'invalid',
  'error',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const attemptSchema = z.strictObject({
  level: z.enum(LEVELS).describe('Level of the recipe'),
  outcome: z.enum(OUTCOMES).describe('How it ended'),
  reason: text.describe('One sentence: what was seen'),
  note: text.nullable().describe('What one must do, or what is lost'),
  code: text.describe('What ran, to the letter'),
  file: text.describe('Place of the code, relative to the matrix folder'),
  line: z.number().int().describe('Line of that file'),
  value: seenValueSchema.nullable().describe('What it returned'),
  expected: seenValueSchema.nullable().describe('What it had to return'),
  figures: figuresSchema.default({}).describe('What it measured, by what that is called'),
  error: pythonErrorSchema.nullable().describe('What it raised'),
  witness: z.array(witnessSeenSchema).describe('What the server had afterwards'),
  output: text.describe('What it printed'),
  ms: z.number().describe('How long it took in milliseconds'),
  cpuMs: z.number().describe("CPU of the recipe's process in milliseconds"),
})
export type Attempt = z.infer<typeof attemptSchema>

export const cellSchema = z.strictObject({
  kind: z.literal('cell').describe('One for each cell'),
  server: serverId.describe('Id of the server'),
  client: id.describe('Id of the client'),
  probe: id.describe('Id of the probe'),
  verdict: z.enum(VERDICTS).describe('What was found'),
  decided: decidedSchema
    .nullable()
    .default(null)
    .describe('What decided it; null where that cannot be said beforehand, or the file is of an older tool'),
  reason: text.describe('One sentence: why this verdict'),
  note: text.nullable().describe('What a `partial` costs'),
  key: text.nullable().describe('Key of the recipes that applied, `django>=6.1`; null where none did'),
  absent: z.array(text).describe('Dotted names that were verified to be absent'),
  attempts: z.array(attemptSchema).describe('What was tried, in that order'),
  startedAt: z.iso.datetime().describe('When it began'),
  ms: z.number().describe('How long it took in milliseconds'),
})
export type Cell = z.infer<typeof cellSchema>

/** Facts that are known only once the client's worker runs; they replace the header's. */
export const clientLineSchema = clientFactsSchema.extend({
  kind: z.literal('client').describe('What is known once its worker runs; replaces what the header says'),
})

/** Where each pairing has a server of its own, what is known once the first of them runs; it replaces the header's. */
export const serverLineSchema = serverFactsSchema.extend({
  kind: z.literal('server').describe('What is known once it runs; replaces what the header says'),
})

export const footerSchema = z.strictObject({
  kind: z.literal('footer').describe('The last line; a file without it is of a run that was cut off'),
  finishedAt: z.iso.datetime().describe('When the run ended'),
  cells: z.number().int().describe('Cells in the file'),
})
export type Footer = z.infer<typeof footerSchema>

export const lineSchema = z.discriminatedUnion('kind', [
  headerSchema,
  clientLineSchema,
  serverLineSchema,
  cellSchema,
  footerSchema,
])

export type ResultLine = z.infer<typeof lineSchema>

/** A results file as read; `header` carries the facts of the client and server lines. `complete` is false for an interrupted run. */
export interface Results {
  readonly header: Header
  readonly cells: readonly Cell[]
  readonly complete: boolean
}
