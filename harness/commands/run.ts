/** `pgmatrix run`: from the matrix to a results file, and for a whole matrix to a site. */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { Emit } from '../core/events.js'
import type { DecidedOf } from '../core/decided.js'
import { makeHeader, type RunFacts } from '../core/facts.js'
import { cellId } from '../core/ids.js'
import { makePlan, profiledId, profiledServers, type Plan } from '../core/plan.js'
import type { Matrix, ProfiledServer } from '../core/matrix.js'
import type { Cell, Header } from '../core/result.js'
import { UsageError, type PrepareHow, type Runtime } from '../core/runtime.js'
import { countVerdicts, type Counts, type Verdict } from '../core/verdict.js'
import { earlierVerdicts, readEarlier } from '../results/earlier.js'
import { tryClients, type Tried } from '../clients/candidate.js'
import { ownSetting } from '../tools/setting.js'
import { CellLines } from '../results/file-lines.js'
import { ResultsFile, resultsName } from '../results/write.js'
import { decide } from '../run/decide.js'
import { run } from '../run/run.js'
import { isShared } from '../run/stations.js'
import { foreignRuntime, type ForeignWords } from '../runtime/foreign.js'
import { openRuntime, type RuntimeWords } from '../runtime/open.js'
import { keptOf, wholeFile, type Kept } from './kept.js'
import { planFor } from './plan.js'
import { prepare } from './prepare.js'
import { recordedIncidents, recordedVerdicts } from './record.js'
import { readCosts, shardOf } from './shard.js'
import type { Shard } from '../core/shard.js'
import { matrixFolder, openMatrix, toolVersion } from './workspace.js'

export interface RunCommand {
  readonly patterns: readonly string[]
  readonly matrix: string | undefined
  /** Of a family: a checkout, a wheel or a release that is run in place of all clients of the matrix. */
  readonly client?: string | undefined
  /** One part of it. */
  readonly shard?: Shard | undefined
  /** Folder of results files. */
  readonly results: string
  readonly lanes: number | undefined
  readonly words: RuntimeWords
  /** Servers of somebody else's, in place of those of the matrix. */
  readonly dsn: ForeignWords
  /** Whether each pairing gets a server and a worker of its own. */
  readonly isolate: boolean
  /** Share of the cells that an earlier run has found already and that run all the same, from 0 to 1. */
  readonly again: number
  readonly emit: Emit
  readonly signal: AbortSignal
}

export interface RunOutcome {
  /** Results file. */
  readonly file: string
  /** False when it was cut off. */
  readonly complete: boolean
  /** Counts of a file that was there already and stands for this run as well: no cell had to run. */
  readonly unchanged?: Counts
  /** Of the cells that ran all the same: those that were found otherwise. */
  readonly otherwise: readonly Otherwise[]
  /** What was run in place of the clients of the matrix. */
  readonly tried: readonly Tried[]
}

export interface Otherwise {
  /** Cell id. */
  readonly id: string
  readonly before: Verdict
  readonly now: Verdict
}

export async function runCommand(command: RunCommand): Promise<RunOutcome> {
  const { emit, signal } = command
  const say = (text: string) => emit({ type: 'preparing', text })
  // The first time, the tool for it is installed as well.
  say('checking the matrix')
  const whole = await openMatrix(command.matrix)
  const tried =
    command.client === undefined ? [] : await tryClients(command.client, whole, ownSetting({ signal }))
  if (tried.length > 0) say(`trying ${tried.map(({ client }) => client.id).join(', ')}`)
  const matrix = tried.length === 0 ? whole : { ...whole, clients: tried.map(({ client }) => client) }
  await using opened = await open(command, matrix, { onProgress: say, signal })
  const { runtime, plan } = opened
  const earlier = await readEarlier(command.results)
  for (const text of earlier.damage) emit({ type: 'incident', text })
  const decided = await decide(plan, runtime)
  const folder = matrixFolder(command.matrix)
  const recorded = await recordedIncidents(folder, matrix, earlier)
  const kept = keptOf({ plan, earlier, recorded, decided }, command.again)
  const facts = {
    plan,
    tool: toolVersion(),
    runtime: runtime.name,
    startedAt: new Date(),
    earlier: kept.facts,
  }
  const header: MakeHeader = (there) => makeHeader({ ...facts, ...there })
  const same = wholeFile(kept.cells, earlier.files, header({ servers: [], prepared: [] }))
  if (same !== undefined)
    return { file: same, complete: true, unchanged: countVerdicts(kept.cells), otherwise: [], tried }
  const previous = new Map([...(await recordedVerdicts(folder)), ...earlierVerdicts(earlier)])
  // Awaited: the runtime is disposed of at the end of this scope.
  return { ...(await runRest(command, runtime, { kept, decided, header, previous })), tried }
}

type MakeHeader = (there: Pick<RunFacts, 'servers' | 'prepared'>) => Header

interface Known {
  readonly kept: Kept
  readonly decided: DecidedOf
  readonly header: MakeHeader
  readonly previous: ReadonlyMap<string, Verdict>
}

async function runRest(
  command: RunCommand,
  runtime: Runtime,
  { kept, decided, header, previous }: Known,
): Promise<Omit<RunOutcome, 'tried'>> {
  const { emit, signal, isolate } = command
  using lines = new CellLines()
  for (const path of new Set(kept.cells.map((cell) => cell.path))) lines.open(path)
  const wanted = profiledServers(kept.rest)
  const unavailable = missing(runtime, wanted)
  const shared = wanted.filter((one) => !isolate && isShared(one) && !unavailable.has(profiledId(one)))
  const how = { onProgress: (text: string) => emit({ type: 'preparing', text }), signal }
  const { clients, pool } = await prepare(runtime, kept.rest, shared, how)
  await using running = pool
  using file = new ResultsFile(path.join(command.results, resultsName(new Date().toISOString())))
  const record = new Recorded(file, kept, lines, emit)
  const complete = await run({
    plan: kept.rest,
    header: header({ servers: running.servers, prepared: clients }),
    decided,
    prepared: clients,
    previous,
    signal,
    unavailable,
    servers: running.servers,
    isolate,
    startServer: (one) => runtime.startServers([one], { onProgress: () => {}, signal }),
    startWorker: (client) => runtime.startWorker(client),
    // Somebody else's server is asked one thing at a time.
    lanes: runtime.name === 'dsn' ? 1 : (command.lanes ?? usualLanes()),
    emit: record.emit,
  })
  return { file: file.path, complete, otherwise: record.otherwise }
}

/** What happens, into the file and to whoever watches; what is kept of earlier runs comes after the header. */
class Recorded {
  readonly otherwise: Otherwise[] = []
  readonly #before: ReadonlyMap<string, Verdict>

  constructor(
    private readonly file: ResultsFile,
    private readonly kept: Kept,
    private readonly lines: CellLines,
    private readonly watch: Emit,
  ) {
    this.#before = new Map(kept.again.map(({ id, verdict }) => [id, verdict]))
  }

  readonly emit: Emit = (event) => {
    this.file.record(event)
    this.watch(event)
    if (event.type === 'started' && this.kept.cells.length > 0) this.#keep(this.kept.cells)
    if (event.type === 'cell') this.otherwise.push(...otherwiseOf(event.cell, this.#before))
  }

  #keep(cells: Kept['cells']): void {
    this.file.keep(this.lines.readAll(cells))
    this.watch({ type: 'kept', counts: countVerdicts(cells) })
  }
}

function otherwiseOf(cell: Cell, known: ReadonlyMap<string, Verdict>): Otherwise[] {
  const [id, now] = [cellId(cell), cell.verdict]
  const before = known.get(id)
  return before === undefined || before === now ? [] : [{ id, before, now }]
}

interface Opened extends AsyncDisposable {
  readonly runtime: Runtime
  readonly plan: Plan
}

/** The runtime, and what there is to run on it. */
async function open(command: RunCommand, matrix: Matrix, how: PrepareHow): Promise<Opened> {
  const { words, dsn, patterns, shard } = command
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
  // Of clients that are not in the matrix, no run is one of the whole matrix.
  const whole = planFor(matrix, command.client !== undefined && patterns.length === 0 ? ['*'] : patterns)
  const runtime = await openRuntime(words, whole, say)
  if (runtime.name === 'docker' && matrix.clients.some(({ install }) => install.some(isFile)))
    throw new UsageError(
      '--client with a folder or a wheel runs on this machine alone: say --runtime embedded',
    )
  const there = withoutMissingPreviews(whole, runtime, say)
  const plan = shard ? shardOf(there, shard, await readCosts(matrixFolder(command.matrix))) : there
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

const isFile = (requirement: string) => requirement.includes(' @ file:')

/** Clients wait for servers, and some recipes for time to pass: with one lane for each processor, a third of it idles. */
function usualLanes(): number {
  return 2 * availableParallelism() + 1
}
