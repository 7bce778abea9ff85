/** `pgmatrix run`: from the matrix to a results file, and for a whole matrix to a site. */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { Emit } from '../core/events.js'
import { cellId } from '../core/ids.js'
import { makePlan, type Plan } from '../core/plan.js'
import type { Server } from '../core/matrix.js'
import { UsageError, type Runtime } from '../core/runtime.js'
import type { Verdict } from '../core/verdict.js'
import { listResults, readResults } from '../results/read.js'
import { ResultsFile } from '../results/write.js'
import { run } from '../run/run.js'
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
  const whole = planFor(await openMatrix(command.matrix), command.patterns)
  const previous = await previousVerdicts(command.results)
  await using runtime = await openRuntime(command.words, whole, say)
  const plan = withoutMissingPreviews(whole, runtime, say)
  const unavailable = missing(runtime, plan.servers)
  const available = plan.servers.filter(({ id }) => !unavailable.has(id))
  const how = { onProgress: say, signal }
  const { clients, pool } = await prepare(runtime, plan, isolate ? [] : available, how)
  await using running = pool
  using file = new ResultsFile(path.join(command.results, fileName(new Date())))
  const complete = await run({
    plan,
    prepared: clients,
    previous,
    signal,
    unavailable,
    servers: running.servers,
    startServer: isolate
      ? (server) => runtime.startServers([server], { onProgress: () => {}, signal })
      : undefined,
    startWorker: (client) => runtime.startWorker(client),
    lanes: command.lanes ?? availableParallelism() + 1,
    tool: toolVersion(),
    runtime: runtime.name,
    emit: (event) => {
      file.record(event)
      emit(event)
    },
  })
  return { file: file.path, complete }
}

/** A server that is not released yet is left out where it can't be had, unless nothing else was asked for. */
function withoutMissingPreviews(plan: Plan, runtime: Runtime, say: (text: string) => void): Plan {
  const missing = plan.servers.filter((server) => server.preview && runtime.unavailable(server) !== undefined)
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

/** Id to the reason, for servers that this runtime does not have. */
function missing(runtime: Runtime, servers: readonly Server[]): ReadonlyMap<string, string> {
  const reasons = servers.map((server) => [server.id, runtime.unavailable(server)] as const)
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
