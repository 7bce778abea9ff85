/** What one publication of the site changed against the one before. Kept with the site, so that the next one can tell of it too. */
import { z } from 'zod'
import { type Change, CHANGES } from '../../core/difference.js'
import { headerSchema } from '../../core/result.js'
import { VERDICTS } from '../../core/verdict.js'

/** More are cut off, the oldest first. */
export const PUBLICATIONS_KEPT = 100

const { tool, runtime, selector, startedAt } = headerSchema.shape
const count = z.number().int().nonnegative()
const text = z.string().max(20_000)
const change = z.enum(CHANGES)
const verdict = z.enum(VERDICTS).nullable().describe('null: there is no such cell')

const sideSchema = z.strictObject({
  ...{ tool, runtime, selector, startedAt },
  complete: z.boolean(),
  cells: count,
})
export type PublishedRun = z.infer<typeof sideSchema>

/** Cells of one feature and client that changed alike. */
const rowSchema = z.strictObject({
  change,
  probe: text,
  title: text,
  client: text,
  clientTitle: text,
  family: text,
  servers: z.array(text).min(1),
  from: verdict,
  to: verdict,
  reason: text,
})
export type ChangeRow = z.infer<typeof rowSchema>

/** A server, client or feature that one side has and the other has not. */
const arrivalSchema = z.strictObject({
  change: z.enum(['gone', 'appeared']),
  axis: z.enum(['server', 'client', 'probe']),
  id: text,
  title: text,
  family: text.nullable().describe('of a client'),
})
export type Arrival = z.infer<typeof arrivalSchema>

const countsSchema = z.strictObject({
  ...{ worse: count, better: count, moved: count, gone: count, appeared: count },
} satisfies Record<Change, z.ZodType>)

export const publicationSchema = z.strictObject({
  id: z.string().regex(/^urn:uuid:[0-9a-f-]{36}$/),
  before: sideSchema,
  after: sideSchema,
  counts: countsSchema.describe('cells that both sides could have, by change'),
  arrivals: z.array(arrivalSchema),
  rows: z.array(rowSchema),
  left: count.describe('rows that are not listed'),
})
export type Publication = z.infer<typeof publicationSchema>

/** What was published before. */
export interface Previous {
  readonly run: PublishedRun
  readonly names: PreviousNames
  readonly cells: readonly PreviousCell[]
  /** Newest first. */
  readonly publications: readonly Publication[]
}

/** Ids to titles. */
export interface PreviousNames {
  readonly server: ReadonlyMap<string, string>
  readonly client: ReadonlyMap<string, string>
  readonly probe: ReadonlyMap<string, string>
  /** Clients to families. */
  readonly family: ReadonlyMap<string, string>
}

export interface PreviousCell {
  readonly server: string
  readonly client: string
  readonly probe: string
  readonly verdict: (typeof VERDICTS)[number]
  readonly reason: string
}
