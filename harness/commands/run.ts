/** `pgmatrix run`: from the matrix to a results file, and for a whole matrix to a site. */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { Emit } from '../core/events.js'
import { cellId } from '../core/ids.js'
import { UsageError } from '../core/runtime.js'
import type { Verdict } from '../core/verdict.js'
import { listResults, readResults } from '../results/read.js'
import { ResultsFile } from '../results/write.js'
import { run } from '../run/run.js'
import { startWorker } from '../run/worker.js'
import { planFor } from './plan.js'
import { prepare } from './prepare.js'
import { PACKAGE } from '../package.js'
import { openMatrix, toolVersion } from './workspace.js'

export interface RunCommand {
  readonly patterns: readonly string[]
  readonly matrix: string | undefined
  /** Folder of results files. */
  readonly results: string
  readonly lanes: number | undefined
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
  const { emit, signal } = command
  const say = (text: string) => emit({ type: 'preparing', text })
  // The first time, the tool for it is installed as well.
  say('checking the matrix')
  const plan = planFor(await openMatrix(command.matrix), command.patterns)
  const previous = await previousVerdicts(command.results)
  const { clients, pool, unavailable } = await prepare(plan, { onProgress: say, signal })
  await using running = pool
  using file = new ResultsFile(path.join(command.results, fileName(new Date())))
  const complete = await run({
    plan,
    prepared: clients,
    previous,
    signal,
    unavailable,
    servers: running.servers,
    startWorker: (client) => startWorker(client, { fixtures: path.join(PACKAGE, 'python-fixtures') }),
    lanes: command.lanes ?? availableParallelism() + 1,
    tool: toolVersion(),
    runtime: 'embedded',
    emit: (event) => {
      file.record(event)
      emit(event)
    },
  })
  return { file: file.path, complete }
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
