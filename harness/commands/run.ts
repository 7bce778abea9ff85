/** `pgmatrix run`: from the matrix to a results file, and for a whole matrix to a site. */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { Emit } from '../core/events.js'
import { cellId } from '../core/ids.js'
import { makePlan, profiledId, profiledServers, type Plan } from '../core/plan.js'
import type { Matrix, ProfiledServer } from '../core/matrix.js'
import { UsageError, type PrepareHow, type Runtime } from '../core/runtime.js'
import type { Verdict } from '../core/verdict.js'
import { listResults, readResults } from '../results/read.js'
import { ResultsFile } from '../results/write.js'
import { run } from '../run/run.js'
import { isShared } from '../run/stations.js'
import { foreignRuntime, type ForeignWords } from '../runtime/foreign.js'
import { openRuntime, type RuntimeWords } from '../runtime/open.js'
import { planFor } from './plan.js'
import { prepare } from './prepare.js'
import { openMatrix, toolVersion } from './workspace.js'

export interface RunCommand {
  readonly patterns: readonly string[]
  readonly matrix: string | undefined
  /** Folder of results files. */
  readonly results: string
  readonly lanes: number | undefined
  readonly words: RuntimeWords
  /** Servers of somebody else's, in place of those of the matrix. */
  readonly dsn: ForeignWords
  /** Whether each pairing gets a server and a worker of its own. */
  readonly isolate: boolean
  readonly emit: Emit
  readonly signal: AbortSignal
}

export interface RunOutcome {
  /** Results file written. */
  readonly file: string
  /** False when it was cut off. */
  readonly complete: boolean
}

export async function runCommand(command: RunCommand): Promise<RunOutcome> {
  const { emit, signal, isolate } = command
  const say = (text: string) => emit({ type: 'preparing', text })
  // The first time, the tool for it is installed as well.
  say('checking the matrix')
  const matrix = await openMatrix(command.matrix)
  const previous = await previousVerdicts(command.results)
  await using opened = await open(command, matrix, { onProgress: say, signal })
  const { runtime, plan } = opened
  const wanted = profiledServers(plan)
  const unavailable = missing(runtime, wanted)
  const shared = wanted.filter((one) => !isolate && isShared(one) && !unavailable.has(profiledId(one)))
  const how = { onProgress: say, signal }
  const { clients, pool } = await prepare(runtime, plan, shared, how)
  await using running = pool
  using file = new ResultsFile(path.join(command.results, fileName(new Date())))
  const complete = await run({
    plan,
    prepared: clients,
    previous,
    signal,
    unavailable,
    servers: running.servers,
    isolate,
    startServer: (one) => runtime.startServers([one], { onProgress: () => {}, signal }),
    startWorker: (client) => runtime.startWorker(client),
    // Somebody else's server is asked one thing at a time.
    lanes: runtime.name === 'dsn' ? 1 : (command.lanes ?? availableParallelism() + 1),
    tool: toolVersion(),
    runtime: runtime.name,
    emit: (event) => {
      file.record(event)
      emit(event)
    },
  })
  return { file: file.path, complete }
}

interface Opened extends AsyncDisposable {
  readonly runtime: Runtime
  readonly plan: Plan
}

/** The runtime, and what there is to run on it. */
async function open({ words, dsn, patterns }: RunCommand, matrix: Matrix, how: PrepareHow): Promise<Opened> {
  const say = how.onProgress
  if (dsn.dsn.length > 0) {
    const runtime = await foreignRuntime(dsn, how)
    try {
      const plan = planFor({ ...matrix, servers: runtime.servers }, patterns)
      return { runtime, plan, [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose]() }
    } catch (error) {
      await runtime[Symbol.asyncDispose]()
      throw error
    }
  }
  const whole = planFor(matrix, patterns)
  const runtime = await openRuntime(words, whole, say)
  const plan = withoutMissingPreviews(whole, runtime, say)
  return { runtime, plan, [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose]() }
}

/** A server that is not released yet is left out where it can't be had, unless nothing else was asked for. */
function withoutMissingPreviews(plan: Plan, runtime: Runtime, say: (text: string) => void): Plan {
  const missing = plan.servers.filter(
    (server) => server.preview && runtime.unavailable({ server, profile: 'plain' }) !== undefined,
  )
  if (missing.length === 0 || missing.length === plan.servers.length) return plan
  const { servers } = plan.matrix
  say(
    `without the preview of PostgreSQL ${missing.map(({ id }) => id).join(', ')}: the ${runtime.name} runtime has none`,
  )
  return makePlan(
    { ...plan.matrix, servers: servers.filter((server) => !missing.includes(server)) },
    plan.patterns,
  )
}

/** profiledId to the reason, for servers that this runtime does not have. */
function missing(runtime: Runtime, wanted: readonly ProfiledServer[]): ReadonlyMap<string, string> {
  const reasons = wanted.map((one) => [profiledId(one), runtime.unavailable(one)] as const)
  return new Map(reasons.flatMap(([id, reason]) => (reason === undefined ? [] : [[id, reason]])))
}

/** Verdicts of the newest complete results in the folder; damaged files are somebody else's business. */
async function previousVerdicts(folder: string): Promise<ReadonlyMap<string, Verdict>> {
  for (const file of await listResults(folder)) {
    try {
      const results = await readResults(file)
      if (results.complete) return new Map(results.cells.map((cell) => [cellId(cell), cell.verdict]))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
    }
  }
  return new Map()
}

/** `2026-11-23T09-21-00-123Z.jsonl`: sorts by time, and is a file name on every system. */
function fileName(now: Date): string {
  return `${now.toISOString().replaceAll(/[:.]/g, '-')}.jsonl`
}
