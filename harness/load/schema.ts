/** What may stand in the files of `matrix/`. The JSON Schemas for editors are generated from these: see json-schemas.ts. */
import { z } from 'zod'
import { LOGINS, PROFILES } from '../core/matrix.js'
import { LEVELS } from '../core/verdict.js'
import { groupsSchema, imagesSchema, pythonsSchema, serversSchema } from './schema-places.js'
import {
  address,
  dotted,
  globs,
  moduleName,
  pythonRange,
  requirements,
  slug,
  sqlstate,
  text,
  version,
} from './schema-words.js'
import { standingKeys } from './standing.js'

export { groupsSchema, imagesSchema, pythonsSchema, serversSchema }
export type { GroupsFile, ServersFile } from './schema-places.js'

const formerWords = z
  .array(z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a lower-case word'))
  .min(1, 'names no id')
  .optional()
  .describe('Names that it had before: addresses of its clients with these lead to those of today')

export const familySchema = z
  .strictObject({
    family: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/, 'must be a lower-case word')
      .describe("The file's name"),
    formerly: formerWords,
    title: text.describe('Its name, as its project writes it'),
    kind: z.enum(['driver', 'orm']).describe('What it is'),
    about: text.describe('Two or three sentences for somebody who is choosing'),
    docs: address.describe('Address of its documentation'),
    source: address.describe('Address of its sources'),
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
          version: version.describe('The release, quoted'),
          python: pythonRange,
          install: requirements.optional().describe('In place of those of the family'),
          drivers: z
            .array(text)
            .optional()
            .describe('For an ORM: releases of drivers, such as psycopg2-2.9.13'),
        }),
      )
      .min(1, 'needs at least one release')
      .describe('Newest first'),
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
      .optional()
      .describe('Left out where probes have entries for it'),
  })
  .describe('A driver or an ORM, and the releases that are in the matrix')
export type FamilyFile = z.infer<typeof familySchema>

const shapeUse = z.strictObject({
  shape: slug.describe('Name of a file of shapes/'),
  with: z.record(z.string(), z.string()).optional().describe("The shape's parameters"),
  note: text.optional().describe('What one must do, or what is lost'),
})
const code = text.describe('Body of a Python function')
const recipe = z.union([
  code,
  z.strictObject({ code, note: text.optional().describe('What one must do, or what is lost') }),
  shapeUse,
])
export type RecipeFile = z.infer<typeof recipe>

const entry = z.strictObject({
  native: recipe.optional().describe('As installed, through the documented API'),
  partial: recipe
    .optional()
    .describe('After a registration or setting, or with a documented loss; needs a note'),
  raw: recipe.optional().describe('Hand-written SQL of an ORM, or values converted by hand'),
  absent: z
    .union([dotted, z.array(dotted)])
    .optional()
    .describe('API that would have to exist, verified against the installed package'),
})
export type EntryFile = z.infer<typeof entry>

const formerly = z
  .array(slug)
  .min(1, 'names no id')
  .describe('Ids that it had before: their addresses on the site lead to this one')
export const probeSchema = z
  .strictObject({
    id: slug.describe("Permanent: the file's name, the page's address and the key of the results"),
    formerly: formerly.optional(),
    title: text.describe('What it is about, in a few words'),
    group: text.describe('Title of a group of groups.yaml'),
    tier: z.literal([1, 2]).describe('1: what most programs need'),
    for: z
      .enum(['drivers', 'orms', 'stacks'])
      .optional()
      .describe('Kind of clients that it asks; drivers and ORMs where left out'),
    since: text.describe('First PostgreSQL release with it, for people; the control decides'),
    docs: address.describe("Address in PostgreSQL's documentation"),
    about: text.describe('One paragraph for a person who is choosing'),
    control: z
      .union([
        text,
        z.strictObject({
          sql: text.describe('The statement'),
          absent: z.array(sqlstate).describe('SQLSTATEs that mean that this server does not have it'),
        }),
      ])
      .describe('SQL that asks the server itself'),
    extensions: z.array(text).optional().describe('Created before everything else'),
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
    'expect-python': text.optional().describe('The same as a Python expression'),
    witness: z
      .array(
        z.strictObject({
          sql: text.describe('The statement'),
          rows: z.array(z.array(z.string().nullable())).describe('Rows that it must have, as text'),
        }),
      )
      .optional()
      .describe('SQL that the harness runs after the recipe, with the rows as text'),
    deadline: z
      .number()
      .positive('must be a number of seconds')
      .max(120, 'must be 120 seconds at most')
      .optional()
      .describe('Seconds for one recipe; 10 where left out'),
    recipes: z.record(z.string(), entry).optional().describe('By client; of stacks there are none'),
    conversation: code.optional().describe('For stacks: what is asked of the application of each'),
  })
  .describe('One feature')
export type ProbeFile = z.infer<typeof probeSchema>

const level = z.enum(LEVELS)
export const stackSchema = z
  .strictObject({
    framework: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/, 'must be a lower-case word')
      .describe("The file's name"),
    formerly: formerWords,
    title: text.describe('Its name, as its project writes it'),
    about: text.describe('Two or three sentences for somebody who is choosing'),
    docs: address.describe('Address of its documentation'),
    source: address.describe('Address of its sources'),
    ...standingKeys,
    package: text.describe("Distribution whose version is the framework's version"),
    version: version.describe('Its release, quoted'),
    python: pythonRange,
    stacks: z
      .array(
        z.strictObject({
          on: text.describe('The client under it, such as sqlalchemy-2.1.9+psycopg2-2.9.13'),
          application: z
            .string()
            .regex(/^(fakes\.)?[a-z][a-z0-9_]*$/, 'must be a folder of python-fixtures/stacks/')
            .describe('Folder of python-fixtures/stacks/'),
          server: text.describe('What serves it, as the documentation recommends'),
          integration: text.optional().describe('The documented bridge between framework and client'),
          install: requirements.describe('Requirements beside those of the client'),
          features: z
            .record(
              slug,
              z.union([
                level,
                z.strictObject({
                  level: level.describe('How'),
                  note: text.describe('What one must do, or what is lost'),
                }),
                z.strictObject({
                  absent: z
                    .union([dotted, z.array(dotted)])
                    .describe('API that would have to exist, verified against the installed package'),
                }),
              ]),
            )
            .describe('How the application has each feature, by the id of its probe'),
        }),
      )
      .min(1, 'needs at least one stack')
      .describe('Applications'),
  })
  .describe('A web framework, and the clients that applications of it run on')
export type StackFile = z.infer<typeof stackSchema>

const parameter = z.union([
  text,
  z.strictObject({
    about: text.describe('What it is'),
    default: z.string().optional().describe('Where none is given'),
  }),
])
export const shapeSchema = z
  .strictObject({
    about: text.describe('What it is for'),
    params: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'must be a lower-case name; the code says __name__'),
        parameter,
      )
      .optional()
      .describe('What it is given, by name: the code says __name__'),
    recipes: z
      .record(
        z.string(),
        z.union([
          code,
          z.strictObject({ code, note: text.optional().describe('What one must do, or what is lost') }),
        ]),
      )
      .describe('By client, keyed as in probes'),
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
