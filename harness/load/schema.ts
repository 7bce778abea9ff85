/** What may stand in the files of `matrix/`. The JSON Schemas for editors are generated from these: see json-schemas.ts. */
import { z } from 'zod'
import { LOGINS, POOLERS, PROFILES } from '../core/matrix.js'
import { LEVELS } from '../core/verdict.js'
import { DIGEST, IMAGE_NAME } from '../docker/reference.js'
import {
  address,
  dotted,
  endOfLife,
  globs,
  image,
  moduleName,
  pythonRange,
  requirements,
  slug,
  sqlstate,
  text,
  version,
} from './schema-words.js'
import { standingKeys } from './standing.js'

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
      .min(1, 'needs at least one group'),
  })
  .describe('Groups of probes in the order in which they are shown')
export type GroupsFile = z.infer<typeof groupsSchema>

const binaries = z.strictObject({
  name: text.describe('npm package'),
  version: text,
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]+=*$/, 'must be the integrity of the tarball, sha512-…'),
})
export const serversSchema = z
  .strictObject({
    servers: z
      .array(
        z.strictObject({
          id: z.string().regex(/^\d+$/, 'must be a PostgreSQL major such as "17"'),
          version: z
            .string()
            .regex(
              /^\d+(\.\d+|(beta|rc)\d+)$/,
              'must be a PostgreSQL release such as "17.10", or a preview such as "19rc1"',
            ),
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
            .optional(),
          poolers: z
            .array(z.enum(POOLERS))
            .refine((all) => new Set(all).size === all.length, 'names a pooler twice')
            .optional()
            .describe('Servers of their own, such as "18+pgbouncer": the same one with a pooler before it'),
        }),
      )
      .min(1, 'needs at least one server'),
    pooler: z.strictObject({ image }).optional().describe('PgBouncer, for containers'),
  })
  .describe('PostgreSQL releases and what they are started from')
export type ServersFile = z.infer<typeof serversSchema>

export const pythonsSchema = z
  .strictObject({
    pythons: z
      .array(
        z.strictObject({
          version: z.string().regex(/^3\.\d+$/, 'must be a Python such as "3.14"'),
          image,
          preview: z.boolean().optional().describe('Not released yet'),
        }),
      )
      .min(1, 'needs at least one Python'),
  })
  .describe('Pythons that clients run on in containers')

export const imagesSchema = z
  .strictObject({
    images: z.record(
      z.string().regex(IMAGE_NAME, 'must be an image with its tag such as "postgres:17.10-bookworm"'),
      z.string().regex(DIGEST, 'must be a digest, sha256: and 64 hexadecimal digits'),
    ),
  })
  .describe('Digests of images, over all platforms')

export const familySchema = z
  .strictObject({
    family: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a lower-case word'),
    title: text,
    kind: z.enum(['driver', 'orm']),
    about: text.describe('Two or three sentences for somebody who is choosing'),
    docs: address,
    source: address,
    ...standingKeys,
    package: text.describe("Distribution whose version is the client's version"),
    install: requirements,
    builds: z
      .array(text)
      .min(1, 'needs at least one distribution')
      .optional()
      .describe('Distributions without usable wheels: they are built from their sources'),
    releases: z
      .array(
        z.strictObject({
          version,
          python: pythonRange,
          install: requirements.optional(),
          drivers: z
            .array(text)
            .optional()
            .describe('For an ORM: releases of drivers, such as psycopg2-2.9.13'),
        }),
      )
      .min(1, 'needs at least one release'),
    probes: globs.optional(),
    recipes: z
      .union([
        z.literal('none').describe('It cannot be installed any more: probes need no entry for it'),
        z
          .strictObject({
            of: text.describe('Family or client whose recipes it takes, such as psycopg2 or psycopg2-2.9.13'),
            replace: z
              .record(moduleName, moduleName)
              .optional()
              .describe('Names of modules, replaced as whole words in what is taken'),
          })
          .describe('For a drop-in: what it runs in probes without an entry of its own'),
      ])
      .optional(),
  })
  .describe('A driver or an ORM, and the releases that are in the matrix')
export type FamilyFile = z.infer<typeof familySchema>

const shapeUse = z.strictObject({
  shape: slug.describe('Name of a file of shapes/'),
  with: z.record(z.string(), z.string()).optional().describe("The shape's parameters"),
  note: text.optional(),
})
const code = text.describe('Body of a Python function')
const recipe = z.union([
  code,
  z.strictObject({ code, note: text.optional().describe('What one must do, or what is lost') }),
  shapeUse,
])
export type RecipeFile = z.infer<typeof recipe>

const entry = z.strictObject({
  native: recipe.optional(),
  partial: recipe.optional(),
  raw: recipe.optional(),
  absent: z
    .union([dotted, z.array(dotted)])
    .optional()
    .describe('API that would have to exist, verified against the installed package'),
})
export type EntryFile = z.infer<typeof entry>

export const probeSchema = z
  .strictObject({
    id: slug.describe("Permanent: the file's name, the page's address and the key of the results"),
    title: text,
    group: text.describe('Title of a group of groups.yaml'),
    tier: z.literal([1, 2]),
    for: z
      .enum(['drivers', 'orms', 'stacks'])
      .optional()
      .describe('Kind of clients that it asks; drivers and ORMs where left out'),
    since: text.describe('First PostgreSQL release with it, for people; the control decides'),
    docs: address,
    about: text.describe('One paragraph for a person who is choosing'),
    control: z
      .union([text, z.strictObject({ sql: text, absent: z.array(sqlstate) })])
      .describe('SQL that asks the server itself'),
    extensions: z.array(text).optional(),
    setup: z.string().optional().describe('SQL for every recipe'),
    table: z
      .string()
      .optional()
      .describe("DDL for drivers and for raw recipes; an ORM's models create it otherwise"),
    profile: z
      .enum(PROFILES)
      .optional()
      .describe('How the server is set up: plain where left out; the others give recipes more names'),
    login: z
      .enum(LOGINS)
      .optional()
      .describe('Role that recipes are given on other profiles; scram where left out'),
    pooled: z
      .literal(false)
      .optional()
      .describe("No cells behind a pooler: its recipes tell the server's sessions apart, or look into one"),
    given: text
      .optional()
      .describe('Python that runs before each recipe; what it defines is in scope of every recipe'),
    value: z.unknown().optional().describe('In scope of every recipe'),
    'value-python': text.optional().describe('The same as a Python expression'),
    expect: z.unknown().optional().describe('What a recipe must return; the value where left out'),
    'expect-python': text.optional(),
    witness: z
      .array(z.strictObject({ sql: text, rows: z.array(z.array(z.string().nullable())) }))
      .optional()
      .describe('SQL that the harness runs after the recipe, with the rows as text'),
    deadline: z
      .number()
      .positive('must be a number of seconds')
      .max(120, 'must be 120 seconds at most')
      .optional(),
    recipes: z.record(z.string(), entry).optional().describe('By client; of stacks there are none'),
    conversation: code.optional().describe('For stacks: what is asked of the application of each'),
  })
  .describe('One feature')
export type ProbeFile = z.infer<typeof probeSchema>

const level = z.enum(LEVELS)
export const stackSchema = z
  .strictObject({
    framework: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a lower-case word'),
    title: text,
    about: text.describe('Two or three sentences for somebody who is choosing'),
    docs: address,
    source: address,
    ...standingKeys,
    package: text.describe("Distribution whose version is the framework's version"),
    version,
    python: pythonRange,
    stacks: z
      .array(
        z.strictObject({
          on: text.describe('The client under it, such as sqlalchemy-2.1.9+psycopg2-2.9.13'),
          application: z
            .string()
            .regex(/^(fakes\.)?[a-z][a-z0-9_]*$/, 'must be a folder of python-fixtures/stacks/'),
          server: text.describe('What serves it, as the documentation recommends'),
          integration: text.optional().describe('The documented bridge between framework and client'),
          install: requirements.describe('Requirements beside those of the client'),
          features: z
            .record(
              slug,
              z.union([
                level,
                z.strictObject({ level, note: text }),
                z.strictObject({ absent: z.union([dotted, z.array(dotted)]) }),
              ]),
            )
            .describe('How the application has each feature, by the id of its probe'),
        }),
      )
      .min(1, 'needs at least one stack'),
  })
  .describe('A web framework, and the clients that applications of it run on')
export type StackFile = z.infer<typeof stackSchema>

const parameter = z.union([text, z.strictObject({ about: text, default: z.string().optional() })])
export const shapeSchema = z
  .strictObject({
    about: text,
    params: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'must be a lower-case name; the code says __name__'),
        parameter,
      )
      .optional(),
    recipes: z.record(z.string(), z.union([code, z.strictObject({ code, note: text.optional() })])),
  })
  .describe('Recipes that many probes share')
export type ShapeFile = z.infer<typeof shapeSchema>

/** File name of the JSON Schema, to the schema. */
export const SCHEMAS = {
  groups: groupsSchema,
  servers: serversSchema,
  pythons: pythonsSchema,
  images: imagesSchema,
  client: familySchema,
  stack: stackSchema,
  probe: probeSchema,
  shape: shapeSchema,
} as const
