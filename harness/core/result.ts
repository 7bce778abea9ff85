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
  id: serverId,
  major: z.number().int(),
  /** As planned, `17.10`. */
  version: text,
  /** Not released yet. */
  preview: z.boolean().default(false),
  /** Day of the major's final release; null where none was announced, or the file is of an older tool. */
  endOfLife: z.iso.date().nullable().default(null),
  /** As the server said of itself; null where it never answered. */
  versionNum: z.number().int().nullable(),
  /** What it ran from: a package or an image, with its version; null where it never ran or the file is of an older tool. */
  build: text.nullable().default(null),
  /** What all clients reached it through; null where there was nothing between. */
  pooler: z.enum(POOLERS).nullable().default(null),
})

/** The application that was asked, to the letter. */
const stackFactsSchema = z.strictObject({
  orm: z.strictObject({ family: id, version: text }).nullable(),
  server: text,
  integration: text.nullable(),
  application: z.array(z.strictObject({ name: text, code: z.string().max(50_000) })),
})

export const clientFactsSchema = z.strictObject({
  id,
  family: id,
  version: text,
  driver: z.strictObject({ family: id, version: text }).nullable(),
  /** Of a stack: what stands on top of the driver; null for other clients. */
  stack: stackFactsSchema.nullable().default(null),
  /** Facts of the environment it ran in; null where there was none. */
  python: text.nullable(),
  libpq: z.number().int().nullable(),
  /** The image that it ran in; null for an interpreter of the machine. */
  build: text.nullable().default(null),
  packages: z.record(text, text),
  /** Those built from their sources, to the tag of the wheel that they became. */
  built: z.record(text, text).default({}),
})

export const familyFactsSchema = z.strictObject({
  id,
  title: text,
  kind: z.enum(CLIENT_KINDS),
  about: text,
  docs: text,
  source: text,
  /** Distribution whose version is the client's; null where the file is of an older tool. */
  package: text.nullable().default(null),
  ...standingSchema,
})

export const probeFactsSchema = z.strictObject({
  id,
  title: text,
  group: text,
  tier: z.union([z.literal(1), z.literal(2)]),
  since: text,
  docs: text,
  about: text,
  control: text,
  /** Python that ran before each recipe; null where there is none, or the file is of an older tool. */
  given: text.nullable().default(null),
  /** What it asks of the application of every stack; null where it asks clients. */
  conversation: text.nullable().default(null),
})

const idsInOrder = z.array(text).max(100_000)

/** Of a run in parts, see core/shard.ts: which part it is, and what all parts have in common. */
export const shardFactsSchema = z.strictObject({
  index: z.number().int().min(1),
  of: z.number().int().min(1),
  /** Cells of all parts. */
  cells: z.number().int(),
  /** Digest of what is planned in all parts together. */
  plan: z.string().regex(/^[0-9a-f]{16}$/),
  /** Ids in the order in which one run of all would have them. */
  order: z.strictObject({
    groups: idsInOrder,
    servers: idsInOrder,
    families: idsInOrder,
    clients: idsInOrder,
    probes: idsInOrder,
  }),
})
export type ShardFacts = z.infer<typeof shardFactsSchema>

export const headerSchema = z.strictObject({
  kind: z.literal('header'),
  format: z.literal(RESULTS_FORMAT),
  tool: text,
  startedAt: z.iso.datetime(),
  runtime: text,
  /** Selector of the run, or null for the whole matrix. */
  selector: text.nullable(),
  /** Cells planned. */
  cells: z.number().int(),
  /** Null for a run that is whole by itself. */
  shard: shardFactsSchema.nullable().default(null),
  groups: z.array(text),
  servers: z.array(serverFactsSchema),
  families: z.array(familyFactsSchema),
  clients: z.array(clientFactsSchema),
  probes: z.array(probeFactsSchema),
})
export type Header = z.infer<typeof headerSchema>
export type ServerFacts = z.infer<typeof serverFactsSchema>
export type ClientFacts = z.infer<typeof clientFactsSchema>
export type FamilyFacts = z.infer<typeof familyFactsSchema>
export type ProbeFacts = z.infer<typeof probeFactsSchema>

const rows = z.array(z.array(z.string().nullable()))

export const witnessSeenSchema = z.strictObject({
  sql: text,
  expected: rows,
  /** Rows as seen (cut to 20), or null when the statement failed. */
  rows: rows.nullable(),
  error: text.nullable(),
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
  level: z.enum(LEVELS),
  outcome: z.enum(OUTCOMES),
  /** One sentence: what was seen. */
  reason: text,
  note: text.nullable(),
  code: text,
  /** Place of the code, relative to the matrix folder. */
  file: text,
  line: z.number().int(),
  value: seenValueSchema.nullable(),
  expected: seenValueSchema.nullable(),
  /** What it measured, by what that is called. */
  figures: figuresSchema.default({}),
  error: pythonErrorSchema.nullable(),
  witness: z.array(witnessSeenSchema),
  output: text,
  ms: z.number(),
  /** CPU of the recipe's process in milliseconds. */
  cpuMs: z.number(),
})
export type Attempt = z.infer<typeof attemptSchema>

export const cellSchema = z.strictObject({
  kind: z.literal('cell'),
  server: serverId,
  client: id,
  probe: id,
  verdict: z.enum(VERDICTS),
  /** What decided it; null where that cannot be said beforehand, or the file is of an older tool. */
  decided: decidedSchema.nullable().default(null),
  /** One sentence: why this verdict. */
  reason: text,
  /** What a `partial` costs. */
  note: text.nullable(),
  /** Key of the recipes that applied, `django>=6.1`; null where none did. */
  key: text.nullable(),
  /** Dotted names that were verified to be absent. */
  absent: z.array(text),
  attempts: z.array(attemptSchema),
  startedAt: z.iso.datetime(),
  ms: z.number(),
})
export type Cell = z.infer<typeof cellSchema>

/** Facts that are known only once the client's worker runs; they replace the header's. */
export const clientLineSchema = clientFactsSchema.extend({ kind: z.literal('client') })

/** Where each pairing has a server of its own, what is known once the first of them runs; it replaces the header's. */
export const serverLineSchema = serverFactsSchema.extend({ kind: z.literal('server') })

export const footerSchema = z.strictObject({
  kind: z.literal('footer'),
  finishedAt: z.iso.datetime(),
  cells: z.number().int(),
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
