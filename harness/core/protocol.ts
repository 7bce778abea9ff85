/**
 * The worker protocol: one JSON line in, one JSON line out, over a pair of descriptors that a recipe does not see.
 * The Python side is python-fixtures/worker.py.
 */
import { z } from 'zod'

/** What a client connects with. There is no password: the socket's folder is closed to everybody else. */
export interface Endpoint {
  /** Folder of the Unix socket, or a host name. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

/** First line to a worker. It answers with a Hello or with Unavailable. */
export interface WorkerStart {
  readonly family: string
  /** The driver's family, for an ORM; the application's folder, for a stack. */
  readonly driver: string | null
  /** Distributions whose versions it reports. */
  readonly distributions: readonly string[]
  /** Address space of a recipe in bytes. */
  readonly memory: number
}

/** What a profile of the server puts into the recipe's scope. */
export interface Surroundings {
  readonly values: Readonly<Record<string, string | number>>
  /** Texts that a recipe finds as files; in scope are their paths. */
  readonly files: Readonly<Record<string, string>>
  /** Functions that ask the harness to do something. */
  readonly deeds: readonly Deed[]
}

/** What a recipe can ask for while it runs. */
export const DEEDS = ['fail_over', 'restore_backup'] as const
export type Deed = (typeof DEEDS)[number]
export type DeedResult = Readonly<Record<string, string | number>>

/** Python, and where it stands. */
export interface Source {
  readonly code: string
  readonly file: string
  /** 1-based line of the file at which `code` begins. */
  readonly line: number
}

export interface RecipeRequest {
  readonly kind: 'recipe'
  readonly id: number
  readonly nonce: string
  readonly endpoint: Endpoint
  readonly surroundings: Surroundings
  /** Runs before the recipe, in the same scope. */
  readonly given: Source | null
  readonly recipe: Source
  readonly value: { readonly json: unknown } | { readonly python: string }
  readonly expect: { readonly json: unknown } | { readonly python: string }
  /** Seconds. */
  readonly deadline: number
}

/** Asks which of these dotted names exist in the installed packages. */
export interface AbsentRequest {
  readonly kind: 'absent'
  readonly id: number
  readonly nonce: string
  readonly names: readonly string[]
}

/** To a recipe that asked for a deed: what it returns, or what it raises. */
export interface DeedDone {
  readonly kind: 'done'
  readonly result: DeedResult
  readonly problem: string | null
}

export type WorkerRequest = RecipeRequest | AbsentRequest

export const helloSchema = z.strictObject({
  kind: z.literal('hello'),
  python: z.string(),
  /** Distribution name as asked, to the version installed; null where it is missing. */
  versions: z.record(z.string(), z.string().nullable()),
  /** PQlibVersion() as an integer, e.g. 170005; null for drivers without libpq. */
  libpq: z.number().int().nullable(),
})
export type Hello = z.infer<typeof helloSchema>

/** The machine lacks a library that the client needs: the worker ends. */
const unavailableSchema = z.strictObject({ kind: z.literal('unavailable'), reason: z.string() })

export const greetingSchema = z.discriminatedUnion('kind', [helloSchema, unavailableSchema])

/**
 * A Python value as seen: `type` is the qualified class (`int`, `decimal.Decimal`), `repr` its canonical text.
 * Containers have `items`: values, or [key, value] pairs of a dict in sorted order.
 * Canonical: an aware datetime is its UTC instant with `+00:00`; long str and bytes are cut and carry length and sha256.
 */
export interface SeenValue {
  readonly type: string
  readonly repr?: string | undefined
  readonly items?: readonly SeenValue[] | readonly (readonly [SeenValue, SeenValue])[] | undefined
}
export const seenValueSchema: z.ZodType<SeenValue> = z.lazy(() =>
  z.strictObject({
    type: z.string().describe('Its class, `decimal.Decimal`'),
    repr: z.string().optional().describe('Canonical text; left out of containers'),
    items: z
      .union([z.array(seenValueSchema), z.array(z.tuple([seenValueSchema, seenValueSchema]))])
      .optional()
      .describe('Values of a container; [key, value] of a dict, in sorted order'),
  }),
)

export const pythonErrorSchema = z.strictObject({
  type: z.string().describe('Qualified class, `psycopg2.errors.UndefinedTable`'),
  message: z.string().describe('Its text'),
  sqlstate: z.string().nullable().describe('SQLSTATE where the exception, or its cause, carries one'),
  line: z
    .number()
    .int()
    .nullable()
    .describe("Line of the recipe's file at which it was raised, if it passed through the recipe"),
})
export type PythonError = z.infer<typeof pythonErrorSchema>

/** What the recipe's own connection said of the server, before the recipe ran. */
export const identitySchema = z.strictObject({
  serverVersionNum: z.number().int(),
  runId: z.string(),
  nonce: z.string(),
  backendPid: z.number().int(),
})
export type Identity = z.infer<typeof identitySchema>

export const figuresSchema = z.record(z.string().max(80), z.number())

const base = {
  id: z.number().int(),
  nonce: z.string(),
}
const ran = {
  ...base,
  /** Milliseconds from fork to answer, and CPU of the child. */
  ms: z.number(),
  cpuMs: z.number(),
  /** What the recipe printed, cut to 4,000 characters. */
  output: z.string(),
}

export const answerSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    ...ran,
    outcome: z.literal('returned'),
    identity: identitySchema,
    value: seenValueSchema,
    expected: seenValueSchema,
    /** Python's own `==` between the two. */
    equal: z.boolean(),
    /** What the recipe measured, by what it is called. */
    figures: figuresSchema,
  }),
  z.strictObject({
    ...ran,
    outcome: z.literal('raised'),
    /** `connect`: the client never got as far as the recipe. */
    phase: z.enum(['connect', 'recipe', 'commit']),
    identity: identitySchema.nullable(),
    error: pythonErrorSchema,
  }),
  z.strictObject({ ...ran, outcome: z.literal('timeout') }),
  z.strictObject({
    ...ran,
    outcome: z.literal('died'),
    signal: z.string().nullable(),
    exitCode: z.number().int().nullable(),
  }),
  /** Not an answer yet: the recipe goes on once this is done. */
  z.strictObject({ ...base, outcome: z.literal('asks'), deed: z.enum(DEEDS) }),
  /** The request or fixture is at fault: an unknown family, a value expression that does not evaluate. */
  z.strictObject({ ...base, outcome: z.literal('rejected'), reason: z.string() }),
  z.strictObject({ ...base, outcome: z.literal('absent'), present: z.array(z.string()) }),
])
export type WorkerLine = z.infer<typeof answerSchema>
export type Answer = Exclude<WorkerLine, { outcome: 'asks' }>
