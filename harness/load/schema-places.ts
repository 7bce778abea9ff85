/** What may stand in groups.yaml, servers.yaml, pythons.yaml and the lock of images: see schema.ts. */
import { z } from 'zod'
import { POOLERS } from '../core/matrix.js'
import { DIGEST, IMAGE_NAME } from '../docker/reference.js'
import { endOfLife, image, slug, text } from './schema-words.js'

export const groupsSchema = z
  .strictObject({
    groups: z
      .array(
        z.strictObject({
          id: slug.describe('Folder of its probes'),
          title: text.describe("What a probe's `group` says"),
          about: text.describe('One line for the page'),
        }),
      )
      .min(1, 'needs at least one group')
      .describe('In the order in which they are shown'),
  })
  .describe('Groups of probes in the order in which they are shown')
export type GroupsFile = z.infer<typeof groupsSchema>

const binaries = z.strictObject({
  name: text.describe('npm package'),
  version: text.describe('Its version'),
  integrity: z
    .string()
    .regex(/^sha512-[A-Za-z0-9+/]+=*$/, 'must be the integrity of the tarball, sha512-…')
    .describe('What `npm view <package>@<version> dist.integrity` prints'),
})
export const serversSchema = z
  .strictObject({
    servers: z
      .array(
        z.strictObject({
          id: z
            .string()
            .regex(/^\d+$/, 'must be a PostgreSQL major such as "17"')
            .describe("PostgreSQL major, quoted; part of every cell's id"),
          version: z
            .string()
            .regex(
              /^\d+(\.\d+|(beta|rc)\d+)$/,
              'must be a PostgreSQL release such as "17.10", or a preview such as "19rc1"',
            )
            .describe('The release that must answer'),
          preview: z.boolean().optional().describe('A beta or a release candidate'),
          'end-of-life': endOfLife.optional(),
          image: image.optional(),
          binaries: z
            .record(
              z
                .string()
                .regex(
                  /^(linux|darwin|win32)-(x64|arm64|arm|ia32|ppc64)$/,
                  'must be a platform such as linux-x64',
                ),
              binaries,
            )
            .optional()
            .describe('npm packages with its binaries, by platform'),
          poolers: z
            .array(z.enum(POOLERS))
            .refine((all) => new Set(all).size === all.length, 'names a pooler twice')
            .optional()
            .describe('Servers of their own, such as "18+pgbouncer": the same one with a pooler before it'),
        }),
      )
      .min(1, 'needs at least one server')
      .describe('In the order in which they are shown'),
    pooler: z.strictObject({ image }).optional().describe('PgBouncer, for containers'),
  })
  .describe('PostgreSQL releases and what they are started from')
export type ServersFile = z.infer<typeof serversSchema>

export const pythonsSchema = z
  .strictObject({
    pythons: z
      .array(
        z.strictObject({
          version: z
            .string()
            .regex(/^3\.\d+$/, 'must be a Python such as "3.14"')
            .describe('Python without its last number, quoted'),
          image,
          preview: z.boolean().optional().describe('Not released yet'),
        }),
      )
      .min(1, 'needs at least one Python')
      .describe('Those that clients may run on'),
  })
  .describe('Pythons that clients run on in containers')

export const imagesSchema = z
  .strictObject({
    images: z
      .record(
        z.string().regex(IMAGE_NAME, 'must be an image with its tag such as "postgres:17.10-bookworm"'),
        z.string().regex(DIGEST, 'must be a digest, sha256: and 64 hexadecimal digits'),
      )
      .describe('Image with its tag, to its digest'),
  })
  .describe('Digests of images, over all platforms')
