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
  status: z.enum(MAINTENANCE),
  /** Of the statement, or of the release that it rests on. */
  asOf: date,
  statement: text,
  source: text,
})

export const documentedSchema = z.strictObject({
  /** Ranges as the documentation of the newest release writes them; null where it says nothing. */
  servers: text.nullable(),
  pythons: text.nullable(),
  source: text,
  /** Where the Pythons stand; the source where that is the same page. */
  pythonsSource: text,
})

/** Null where the file is of an older tool, or the matrix does not say. */
export const standingSchema = {
  paradigm: z.enum(PARADIGMS).nullable().default(null),
  /** SPDX expression. */
  licence: text.nullable().default(null),
  maintenance: maintenanceSchema.nullable().default(null),
  documented: documentedSchema.nullable().default(null),
}

/** As the matrix has it. */
export interface Standing {
  readonly paradigm?: (typeof PARADIGMS)[number] | undefined
  readonly licence?: string | undefined
  readonly maintenance?: z.infer<typeof maintenanceSchema> | undefined
  readonly documented?: z.infer<typeof documentedSchema> | undefined
}
