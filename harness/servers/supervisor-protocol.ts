/** The harness and its supervisor exchange JSON lines: requests on stdin, reports on stdout. */
import { z } from 'zod'

const id = z.number().int()
/** Becomes the name of a folder. */
const server = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+-]*$/)

export const requestSchema = z.discriminatedUnion('kind', [
  /** First request: creates the run folder (mode 0700). `account` is null for the caller's own. */
  z.strictObject({
    kind: z.literal('begin'),
    id,
    folder: z.string(),
    account: z.object({ uid: z.number().int().positive(), gid: z.number().int().positive() }).nullable(),
  }),
  /** Starts the postmaster unless it runs; on its first start the data folder is copied from `template`. */
  z.strictObject({
    kind: z.literal('start'),
    id,
    server,
    program: z.string(),
    /** Words after the program; `-D` and the data folder where left out. It runs in the data folder. */
    words: z.array(z.string()).optional(),
    /** Null for an empty folder. */
    template: z.string().nullable(),
    /** Written into the data folder on the first start, for its account alone: name to text. */
    files: z.record(z.string().regex(/^[a-z_]+\.[a-z]+$/), z.string()),
  }),
  /** Ends the postmaster; its data stays. */
  z.strictObject({ kind: z.literal('stop'), id, server }),
  /** SIGKILLs the postmaster and every process of the server. */
  z.strictObject({ kind: z.literal('kill'), id, server }),
  /** The same, and removes its data. */
  z.strictObject({ kind: z.literal('discard'), id, server }),
])
export type Request = z.infer<typeof requestSchema>
/** A request that has not been numbered yet. */
export type Order = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

export const reportSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), id }),
  z.strictObject({ kind: z.literal('failed'), id, message: z.string() }),
  /** A postmaster ended, asked for or not. `how`: "exit code 1", "SIGKILL"; `log`: its last lines. */
  z.strictObject({ kind: z.literal('exited'), server, how: z.string(), log: z.string() }),
])
export type Report = z.infer<typeof reportSchema>
