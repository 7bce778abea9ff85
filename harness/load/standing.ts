/** What `clients/<family>.yaml` says of the family's project. */
import { z } from 'zod'
import { MAINTENANCE, PARADIGMS } from '../core/standing.js'

const text = z.string().min(1, 'must not be empty')
const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' })

const maintenance = z
  .strictObject({
    status: z
      .enum(MAINTENANCE)
      .describe(
        'active: features; maintained: fixes; unmaintained: it says so, or three years without a release',
      ),
    'as-of': z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, 'must be a date such as "2026-09-09"')
      .describe('Date of the statement, or of the release that it rests on'),
    statement: text.describe('One sentence that the source bears out'),
    source: address.describe('Address of the source'),
  })
  .transform(({ 'as-of': asOf, ...rest }) => ({ ...rest, asOf }))

const documented = z
  .strictObject({
    servers: text.optional().describe('Range of PostgreSQL as the documentation writes it'),
    pythons: text.optional().describe('Range of Pythons as the documentation writes it'),
    source: address.describe('Where that stands'),
    'pythons-source': address.optional().describe('Where the Pythons stand elsewhere'),
  })
  .transform(({ servers = null, pythons = null, source, 'pythons-source': pythonsSource = source }) => ({
    servers,
    pythons,
    source,
    pythonsSource,
  }))

/** Keys of a family. */
export const standingKeys = {
  paradigm: z.enum(PARADIGMS).optional().describe('How a program calls it'),
  licence: z
    .string()
    .regex(/^[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*$/, 'must be an SPDX expression such as "LGPL-3.0-or-later"')
    .optional()
    .describe('SPDX expression'),
  maintenance: maintenance.optional().describe('State of the project'),
  documented: documented.optional().describe('Supported ranges, as of the newest release'),
}
