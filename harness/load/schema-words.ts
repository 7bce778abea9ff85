/** Words of the schemas: texts of one form that stand in many places. */
import { z } from 'zod'
import { IMAGE_NAME } from '../docker/reference.js'

export const text = z.string().min(1, 'must not be empty')
export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by dashes')
export const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' })
export const version = z
  .string()
  .regex(/^\d+(\.\d+)*((a|b|rc)\d+)?$/, 'must be a released version such as "2.9.13"')
export const sqlstate = z.string().regex(/^[0-9A-Z]{5}$/, 'must be an SQLSTATE such as "42883"')
export const moduleName = z
  .string()
  .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, 'must be the name of a Python module')
export const globs = z
  .array(text)
  .min(1, 'needs at least one glob over ids of probes')
  .describe(
    'Globs over ids of probes: it is asked these alone. A family of the long tail is asked a part of the catalogue',
  )
export const requirements = z
  .array(text)
  .min(1, 'needs at least one requirement')
  .describe("Requirements in pip's syntax; {version} stands for the release")
export const pythonRange = z
  .string()
  .regex(
    /^(<=|>=|==|!=|~=|<|>)[\d.]+(\s*,\s*(<=|>=|==|!=|~=|<|>)[\d.]+)*$/,
    'must be a range such as ">=3.8,<3.14"',
  )
  .describe('Pythons that it is tried on, as `Requires-Python` writes them')
export const dotted = z
  .string()
  .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/, 'must be a dotted Python name such as psycopg2.extras.Json')
export const image = z
  .string()
  .regex(IMAGE_NAME, 'must be an image with its tag such as "postgres:17.10-bookworm"')
  .describe('Image with its tag; its digest stands in locks/images.yaml')
export const endOfLife = z.iso
  .date('must be a date such as "2028-11-09"')
  .describe("Day of the major's final release, from PostgreSQL's versioning policy")
