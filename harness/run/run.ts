/** A run: clients over servers, a few lanes at a time, one finished cell after the other. */
import pLimit from 'p-limit'
import type { DecidedOf } from '../core/decided.js'
import { clientFacts, versionProblem } from '../core/facts.js'
import { dealUnits, plannedCells, profiledId, type Column, type Plan, type Unit } from '../core/plan.js'
import type { Emit } from '../core/events.js'
import type { Cell, Header } from '../core/result.js'
import type { ProfiledServer } from '../core/matrix.js'
import {
  LibraryMissing,
  ServerGone,
  WorkerGone,
  type PreparedClient,
  type ReadyClient,
  type RunningServer,
  type ServerPool,
  type Worker,
} from '../core/runtime.js'
import type { Verdict } from '../core/verdict.js'
import { finding } from './cell.js'
import { Lane } from './lane.js'
import { OwnStations, SharedStations, StationsByProfile, type Stations } from './stations.js'

export interface RunOptions {
  /** What is to run. */
  readonly plan: Plan
  /** Of the results: says how many cells it has in all, with those that are there already. */
  readonly header: Header
  readonly decided: DecidedOf
  /** Servers that are up and shared by all pairings; none where each pairing gets its own. */
  readonly servers: readonly RunningServer[]
  /** Whether each pairing gets a server and a worker of its own. */
  readonly isolate: boolean
  /** Starts a server for one pairing. */
  readonly startServer: (wanted: ProfiledServer) => Promise<ServerPool>
  /** Servers of the plan that can't be had: profiledId to the reason. */
  readonly unavailable: ReadonlyMap<string, string>
  readonly prepared: readonly PreparedClient[]
  readonly startWorker: (client: ReadyClient) => Promise<Worker>
  /** Verdicts of an earlier run by cell id: a difference is confirmed before it is believed. */
  readonly previous: ReadonlyMap<string, Verdict>
  readonly lanes: number
  readonly emit: Emit
  /** No new cell is begun once it is aborted. */
  readonly signal: AbortSignal
}

/** A run under way. */
interface Going extends RunOptions {
  /** Told where a server has gone for good. */
  readonly missed: () => void
}

/** Emits `started`, the cells, and `finished` unless it was aborted or lost a server. Returns whether every planned cell was reached. */
export async function run(options: RunOptions): Promise<boolean> {
  const { plan, header, emit } = options
  emit({ type: 'started', header })
  await using stations = stationsOf(options)
  const limit = pLimit(options.lanes)
  let cells = header.cells - plannedCells(plan).length
  let whole = true
  const count: Emit = (event) => {
    cells += event.type === 'cell' ? 1 : 0
    emit(event)
  }
  const units = dealUnits(plan.units, options.lanes)
  const going = { ...options, emit: count, missed: () => (whole = false) }
  const done = units.map((unit) => limit(() => runUnit(unit, going, stations)))
  await settleAll(done)
  if (options.signal.aborted || !whole) return false
  emit({ type: 'finished', footer: { kind: 'footer', finishedAt: new Date().toISOString(), cells } })
  return true
}

/** Waits for every lane, so that nothing runs on when the first error is thrown. */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

function stationsOf({ servers, startServer, isolate, emit }: RunOptions): Stations {
  const own = new OwnStations(startServer, emit)
  return isolate ? own : new StationsByProfile(new SharedStations(servers), own)
}

async function runUnit(unit: Unit, options: Going, stations: Stations): Promise<void> {
  if (options.signal.aborted) return
  const client = options.prepared.find((candidate) => candidate.client === unit.client)
  if (!client || client.kind !== 'ready') {
    const reason = client?.reason ?? 'its environment was not prepared'
    return emitAll(unit, options, finding(client?.kind ?? 'not-run', reason))
  }
  // Where pairings share nothing, each column is a unit of its own.
  const parts = options.isolate ? unit.columns.map((column) => [column]) : [unit.columns]
  for (const columns of parts) await runColumns({ unit: { ...unit, columns }, client }, options, stations)
}

interface Ready {
  readonly unit: Unit
  readonly client: ReadyClient
}

/** With one worker for all of them. */
async function runColumns({ unit, client }: Ready, options: Going, stations: Stations): Promise<void> {
  if (options.signal.aborted) return
  await using worker = new WorkerHolder(client, options)
  const problem = await worker.problem()
  if (problem) return emitAll(unit, options, problem)
  for (const column of unit.columns) await runColumn({ unit, column, worker }, options, stations)
}

interface Task {
  readonly unit: Unit
  readonly column: Column
  readonly worker: WorkerHolder
}

async function runColumn({ unit, column, worker }: Task, options: Going, stations: Stations): Promise<void> {
  const unavailable = options.unavailable.get(profiledId(column))
  if (unavailable !== undefined)
    return emitAll({ ...unit, columns: [column] }, options, finding('not-run', unavailable))
  await using held = await stations.hold(column)
  if (!held.station) throw new Error(`server ${column.server.id} was neither started nor called unavailable`)
  await using lane = new Lane({
    client: unit.client,
    station: held.station,
    previous: options.previous,
    decided: options.decided,
    worker: () => worker.living(),
    incident: (text) => options.emit({ type: 'incident', text }),
  })
  const left = [...column.probes]
  try {
    for await (const cell of lane.cells(column.probes, options.signal)) {
      left.shift()
      options.emit({ type: 'cell', cell })
    }
  } catch (error) {
    if (!(error instanceof ServerGone)) throw error
    options.missed()
    options.emit({
      type: 'incident',
      text: `${error.message} ${left.length} cells of ${unit.client.id} are not run.`,
    })
    emitAll({ ...unit, columns: [{ ...column, probes: left }] }, options, finding('not-run', error.message))
  }
}

/** Cells of a client that could not run at all: each still gets its line. */
function emitAll(unit: Unit, options: RunOptions, found: ReturnType<typeof finding>): void {
  const startedAt = new Date().toISOString()
  for (const { server, probes } of unit.columns) {
    for (const probe of probes) {
      const id = { server: server.id, client: unit.client.id, probe: probe.id }
      const decided = options.decided(id) ?? null
      const cell: Cell = { kind: 'cell', ...id, decided, ...found, startedAt, ms: 0 }
      options.emit({ type: 'cell', cell })
    }
  }
}

/** Of a client that does not start, before that is believed. */
const STARTS = 3

/** The worker of a unit, started anew when a recipe took it down. */
class WorkerHolder implements AsyncDisposable {
  #worker: Worker | undefined

  constructor(
    private readonly client: ReadyClient,
    private readonly options: RunOptions,
  ) {}

  async living(): Promise<Worker> {
    if (this.#worker?.alive) return this.#worker
    await this.#worker?.[Symbol.asyncDispose]()
    this.#worker = await this.options.startWorker(this.client)
    return this.#worker
  }

  /** Why no cell of this client can run, if so. One that was killed while it started is no client that does not start. */
  async problem(): Promise<ReturnType<typeof finding> | undefined> {
    for (let left = STARTS; left > 1; left--) {
      const problem = await this.#problem()
      if (problem?.verdict !== 'refused') return problem
    }
    return this.#problem()
  }

  async #problem(): Promise<ReturnType<typeof finding> | undefined> {
    try {
      const { hello } = await this.living()
      this.options.emit({ type: 'client', client: clientFacts(this.client, hello) })
      const reason = versionProblem(this.client.client, hello)
      return reason === undefined ? undefined : finding('invalid', reason)
    } catch (error) {
      if (error instanceof LibraryMissing) return finding('not-run', error.message)
      if (error instanceof WorkerGone) return finding('refused', `it does not start: ${error.message}`)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.[Symbol.asyncDispose]()
  }
}
