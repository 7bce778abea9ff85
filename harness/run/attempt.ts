/** One recipe, once: a clean schema, a fork of the worker, and the witness. */
import { randomBytes } from 'node:crypto'
import { assessAnswer, assessWitness, type Assessment, type RecipeAnswer } from '../core/assess.js'
import type { Client, Probe, Recipe, RecipeEntry, Witness } from '../core/matrix.js'
import type { Source } from '../core/protocol.js'
import type { Attempt, WitnessSeen } from '../core/result.js'
import {
  SqlError,
  WorkerGone,
  type Perform,
  type ProbeDatabase,
  type RunningServer,
  type Worker,
} from '../core/runtime.js'

/** Where a cell runs. */
export interface Bench {
  readonly client: Client
  readonly server: RunningServer
  readonly database: ProbeDatabase
  /** Starts it, or gives the living one. */
  readonly worker: () => Promise<Worker>
}

const WITNESS_ROWS = 20

/** Times that a recipe is asked whose process is killed: something on the machine may do that once or twice, and not each time. */
const TRIES = 3

/** @throws whatever a lost connection to the server throws: then the attempt says nothing about the client. */
export async function attempt(bench: Bench, probe: Probe, recipe: Recipe): Promise<Attempt> {
  for (let left = TRIES; left > 1; left--) {
    const { made, killed } = await once(bench, probe, recipe)
    if (!killed) return made
  }
  return (await once(bench, probe, recipe)).made
}

interface Once {
  readonly made: Attempt
  /** By something outside, as far as can be seen. */
  readonly killed: boolean
}

async function once(bench: Bench, probe: Probe, recipe: Recipe): Promise<Once> {
  const nonce = randomBytes(12).toString('hex')
  const worker = await bench.worker()
  const spoilt = await prepare(bench, probe, { recipe, nonce })
  if (spoilt) return { made: record(recipe, spoilt, FREE, []), killed: false }
  const answer = await ask({ worker, database: bench.database }, probe, { recipe, nonce })
  const assessment = await assess({ worker, server: bench.server }, answer, nonce)
  // What fails off its network says nothing about the client, and the news of that may come later than the failure.
  if (assessment.outcome !== 'held') await worker.settled()
  const witness = assessment.value ? await askWitness(bench.database, probe.witness) : []
  const cost = 'ms' in answer ? answer : FREE
  const made = record(recipe, assessWitness(assessment, witness), cost, witness)
  return { made, killed: made.outcome === 'crash' && wasKilled(answer) }
}

const FREE = { ms: 0, cpuMs: 0, output: '' }

function wasKilled(answer: RecipeAnswer | WorkerGone): boolean {
  if (answer instanceof WorkerGone) return answer.killed
  return answer.outcome === 'died' && answer.signal === 'SIGKILL'
}

async function assess(
  { server, worker }: { readonly server: RunningServer; readonly worker: Worker },
  answer: RecipeAnswer | WorkerGone,
  nonce: string,
): Promise<Assessment> {
  const memory = hasDied(answer) ? await worker.outOfMemory() : undefined
  if (memory !== undefined) return failed('error', memory)
  if (answer instanceof WorkerGone) return failed('crash', answer.message)
  return assessAnswer(answer, { serverVersionNum: server.versionNum, runId: server.runId, nonce })
}

function failed(outcome: 'crash' | 'error', reason: string): Assessment {
  return { outcome, reason, value: null, expected: null, figures: {}, error: null }
}

function hasDied(answer: RecipeAnswer | WorkerGone): boolean {
  return answer instanceof WorkerGone || answer.outcome === 'died'
}

interface Turn {
  readonly recipe: Recipe
  readonly nonce: string
}

async function prepare(
  { client, database }: Bench,
  probe: Probe,
  turn: Turn,
): Promise<Assessment | undefined> {
  const needsTable = client.family.kind === 'driver' || turn.recipe.level === 'raw'
  const setup = [probe.setup, needsTable ? probe.table : ''].filter((sql) => sql.trim() !== '')
  try {
    await database.reset({ nonce: turn.nonce, extensions: probe.extensions, setup })
    return undefined
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    return failed('error', `the probe's setup failed: ${error.message} (${error.sqlstate})`)
  }
}

let requests = 0

async function ask(
  { worker, database }: { readonly worker: Worker; readonly database: ProbeDatabase },
  probe: Probe,
  turn: Turn,
): Promise<RecipeAnswer | WorkerGone> {
  const { value, expect, deadline, given } = probe
  const request = {
    endpoint: database.endpoint,
    surroundings: database.surroundings(probe.login),
    given: given ? sourceOf(given) : null,
    recipe: sourceOf(turn.recipe),
    value,
    expect,
    deadline,
  }
  requests += 1
  try {
    const perform: Perform = (deed) => database.perform(deed)
    const answer = await worker.ask({ kind: 'recipe', id: requests, nonce: turn.nonce, ...request }, perform)
    if (answer.outcome === 'absent') throw new WorkerGone('the worker answered another question')
    return withoutSecret(answer, request.surroundings.values.password)
  } catch (error) {
    if (error instanceof WorkerGone) return error
    throw error
  }
}

/** What a recipe printed, raised or returned may quote the password that it was given. */
function withoutSecret(answer: RecipeAnswer, password: string | number | undefined): RecipeAnswer {
  if (typeof password !== 'string' || password === '') return answer
  return replaced(answer, password)
}

function replaced<T>(value: T, secret: string): T
function replaced(value: unknown, secret: string): unknown {
  if (typeof value === 'string') return value.replaceAll(secret, '[password]')
  if (Array.isArray(value)) return value.map((one: unknown) => replaced(one, secret))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, replaced<unknown>(one, secret)]),
  )
}

function sourceOf({ code, place }: Pick<Recipe, 'code' | 'place'>): Source {
  return { code, file: place.file, line: place.line }
}

/** Why names that a probe calls absent are not verified to be so, or undefined where they are. @throws WorkerGone */
export async function absenceProblem(
  worker: Worker,
  { absent, place }: RecipeEntry,
): Promise<string | undefined> {
  if (absent.length === 0) return undefined
  requests += 1
  const nonce = randomBytes(12).toString('hex')
  const answer = await worker.ask({ kind: 'absent', id: requests, nonce, names: absent })
  const where = `${place.file}:${place.line}`
  if (answer.outcome === 'rejected') return `${where}: ${answer.reason}`
  if (answer.outcome !== 'absent') throw new WorkerGone('the worker answered another question')
  if (answer.present.length === 0) return undefined
  return `${answer.present.join(', ')} exists in the installed package: write a recipe with it in ${where}`
}

async function askWitness(database: ProbeDatabase, witness: readonly Witness[]): Promise<WitnessSeen[]> {
  const seen: WitnessSeen[] = []
  for (const { sql, rows } of witness) {
    const expected = rows.map((row) => [...row])
    try {
      const found = await database.rows(sql)
      seen.push({ sql, expected, rows: found.slice(0, WITNESS_ROWS).map((row) => [...row]), error: null })
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      seen.push({ sql, expected, rows: null, error: `${error.message} (${error.sqlstate})` })
    }
  }
  return seen
}

function record(recipe: Recipe, assessment: Assessment, cost: typeof FREE, witness: WitnessSeen[]): Attempt {
  const { level, code, note, place } = recipe
  const { ms, cpuMs, output } = cost
  const source = { level, code, note: note ?? null, file: place.file, line: place.line }
  return { ...source, ...assessment, witness, output, ms, cpuMs }
}
