/** What a client's project says of itself, each time with its source: typed into the matrix, never judged here. */
import { z } from 'zod'

/** How a program calls it. */
export const PARADIGMS = ['sync', 'async', 'both'] as const

/**
 * `active`: new features come; `maintained`: fixes and new platforms do; `unmaintained`: it says so, or no release has come for
 * three years.
 */
export const MAINTENANCE = ['active', 'maintained', 'unmaintained'] as const

const text = z.string().max(2000)
/** `2026-09-09` */
const date = z.iso.date()

export const maintenanceSchema = z.strictObject({
  status: z.enum(MAINTENANCE).describe('What state the project is in'),
  asOf: date.describe('Date of the statement, or of the release that it rests on'),
  statement: text.describe('One sentence that the source bears out'),
  source: text.describe('Address of the source'),
})

export const documentedSchema = z.strictObject({
  servers: text
    .nullable()
    .describe('Range of PostgreSQL as the documentation writes it; null where it says nothing'),
  pythons: text.nullable().describe('The same of Pythons'),
  source: text.describe('Where that stands'),
  pythonsSource: text.describe('Where the Pythons stand; the source where that is the same page'),
})

/** Null where the file is of an older tool, or the matrix does not say. */
export const standingSchema = {
  paradigm: z.enum(PARADIGMS).nullable().default(null).describe('How a program calls it'),
  licence: text.nullable().default(null).describe('SPDX expression'),
  maintenance: maintenanceSchema.nullable().default(null).describe('State of the project'),
  documented: documentedSchema.nullable().default(null).describe('Ranges that it documents'),
}

/** As the matrix has it. */
export interface Standing {
  readonly paradigm?: (typeof PARADIGMS)[number] | undefined
  readonly licence?: string | undefined
  readonly maintenance?: z.infer<typeof maintenanceSchema> | undefined
  readonly documented?: z.infer<typeof documentedSchema> | undefined
}
