/** What one client holds on one server while its cells run: a worker, a database, and how to get them back when they are lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { confirm, isDisturbed, needsConfirmation, settle } from '../core/judge.js'
import type { DecidedOf } from '../core/decided.js'
import { cellId } from '../core/ids.js'
import type { Client, Probe } from '../core/matrix.js'
import type { Cell } from '../core/result.js'
import {
  ConnectionLost,
  DISK_FULL,
  EnvironmentError,
  ServerGone,
  SqlError,
  WorkerGone,
  type ProbeDatabase,
  type RunningServer,
  type Worker,
} from '../core/runtime.js'
import type { Verdict } from '../core/verdict.js'
import { finding, probeCell, type Finding } from './cell.js'
import type { Controls } from './controls.js'
import type { Gate } from './gate.js'

/** A running server with what the lanes share of it. */
export interface Station {
  readonly server: RunningServer
  readonly controls: Controls
  readonly gate: Gate
}

export interface LaneOptions {
  readonly client: Client
  readonly station: Station
  /** Starts a worker, or gives the living one. */
  readonly worker: () => Promise<Worker>
  readonly previous: ReadonlyMap<string, Verdict>
  readonly decided: DecidedOf
  readonly incident: (text: string) => void
}

interface Held {
  readonly probe: Probe
  cell: Cell
}

/** Of one cell alone, on an engine that comes and goes. */
const TRIES = 5

let databases = 0

/** Verdicts behind which nothing may have happened but what the recipe did. */
const PLAIN: readonly Verdict[] = ['native', 'partial', 'raw', 'server', 'not-run']

export class Lane implements AsyncDisposable {
  #database: ProbeDatabase | undefined

  constructor(private readonly options: LaneOptions) {}

  /**
   * The cells of one column. Each is held back until the next one has run: a postmaster that was killed is only missed at the
   * next login, and then the cell before is a suspect as well. After an abort no further cell is begun.
   * @throws ServerGone, after the cell that was held back
   */
  async *cells(probes: readonly Probe[], signal: AbortSignal): AsyncGenerator<Cell> {
    let held: Held | undefined
    try {
      for (const probe of probes) {
        if (signal.aborted) break
        const suspect = held
        const again = () => this.#again(suspect)
        const cell = await this.#believed(() => this.#timed(probe, () => this.#survive(probe, again)))
        if (held) yield held.cell
        held = { probe, cell }
      }
      if (held && !(await this.#standing())) await this.#again(held)
    } catch (error) {
      if (held && error instanceof ServerGone) yield held.cell
      throw error
    }
    if (held) yield held.cell
  }

  async #again(suspect: Held | undefined): Promise<void> {
    if (!suspect) return
    const { probe } = suspect
    suspect.cell = await this.#believed(() => this.#timed(probe, () => this.#alone(probe)))
  }

  /** Run again where that is needed for a verdict to be believed. */
  async #believed(run: () => Promise<Cell>): Promise<Cell> {
    const first = await run()
    if (!needsConfirmation(first.verdict, this.options.previous.get(cellId(first)))) return first
    const second = await run()
    return isDisturbed(first, second) ? settle(first, second, await run()) : confirm(first, second)
  }

  async #timed(probe: Probe, work: () => Promise<Finding>): Promise<Cell> {
    const { client, station, decided } = this.options
    const startedAt = new Date()
    const found = await work()
    const id = { server: station.server.server.id, client: client.id, probe: probe.id }
    const times = { startedAt: startedAt.toISOString(), ms: Date.now() - startedAt.getTime() }
    return { kind: 'cell', ...id, decided: decided(id) ?? null, ...found, ...times }
  }

  /** When the server goes down under a cell, the cell is run again alone, and so is the one before it. */
  async #survive(probe: Probe, onLoss: () => Promise<void>): Promise<Finding> {
    const { gate, server } = this.options.station
    const among = await gate.shared(() => this.#observe(probe, false))
    if (!(among instanceof Lost)) return among
    const { id } = server.server
    this.options.incident(
      `PostgreSQL ${id} lost its sessions (${among.message}); the cells in flight run again, alone`,
    )
    await onLoss()
    return this.#alone(probe)
  }

  /** A server that goes down while one cell has it alone shows the culprit, unless whoever runs it went away too. */
  async #alone(probe: Probe): Promise<Finding> {
    const { gate, server } = this.options.station
    for (let left = TRIES; left > 0; left--) {
      await server.outOfMemory() // what happened before is not this cell's doing
      const before = server.interruptions
      const alone = await gate.exclusive(() => this.#observe(probe, true))
      if (!(alone instanceof Lost)) return alone
      const memory = await server.outOfMemory()
      if (memory !== undefined) return finding('error', memory)
      if (server.interruptions === before)
        return finding(
          'crash',
          `the server went down while only this cell was running on it: ${alone.message}`,
        )
    }
    throw new EnvironmentError(
      `PostgreSQL ${server.server.id} can't be kept running: whoever runs it went away ${TRIES} times under one cell.`,
    )
  }

  /** A finding, or the loss of the server under it. A disk that is full says nothing of the client: it is waited for. */
  async #observe(probe: Probe, thorough: boolean): Promise<Finding | Lost> {
    const { id } = this.options.station.server.server
    for (let left = ROOM_TRIES; left > 0; left--) {
      const seen = await this.#look(probe, thorough)
      if (!(seen instanceof NoRoom)) return seen
      if (left === ROOM_TRIES)
        this.options.incident(`PostgreSQL ${id} has no room (${seen.message}); waiting for some`)
      await sleep(ROOM_PAUSE_MS)
    }
    throw new EnvironmentError(
      `The disk of PostgreSQL ${id}'s data has been full for a minute. Free some space and run again: it goes on where it was.`,
    )
  }

  /** Other lanes are not told of a loss: they notice for themselves. */
  async #look(probe: Probe, thorough: boolean): Promise<Finding | Lost | NoRoom> {
    const { client, station } = this.options
    const { server, controls } = station
    try {
      const database = await this.#recover()
      const before = server.incarnation
      const bench = { client, server, database, worker: this.options.worker }
      const found = await probeCell(bench, probe, controls)
      // A login cannot miss a server that is going down; a query on an open connection can.
      if (thorough || !PLAIN.includes(found.verdict)) await server.settled()
      if (server.incarnation !== before) return this.#lose('its sessions were ended')
      const full = lackOfRoom(found)
      return full === undefined ? found : new NoRoom(full)
    } catch (error) {
      if (error instanceof WorkerGone) return finding('crash', error.message)
      if (error instanceof ConnectionLost) return this.#lose(error.message)
      if (error instanceof SqlError && error.sqlstate === DISK_FULL) return new NoRoom(error.message)
      throw error
    }
  }

  /** Whether the server still takes logins, and took them all the time. */
  async #standing(): Promise<boolean> {
    const { server } = this.options.station
    const before = server.incarnation
    await server.settled()
    return server.incarnation === before
  }

  #lose(message: string): Lost {
    this.#database = undefined
    return new Lost(message)
  }

  async #recover(): Promise<ProbeDatabase> {
    if (this.#database) return this.#database
    const { server } = this.options.station
    await server.settled()
    databases += 1
    this.#database = await server.openDatabase(`pgmatrix_${databases}`)
    return this.#database
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database?.[Symbol.asyncDispose]()
  }
}

const ROOM_TRIES = 30
const ROOM_PAUSE_MS = 2000

/** What the server said of its disk in any attempt; not every driver gives the SQLSTATE. */
function lackOfRoom({ reason, attempts }: Finding): string | undefined {
  const said = attempts.flatMap(({ error, witness }) => [
    error?.sqlstate === DISK_FULL ? error.message : undefined,
    error?.message,
    ...witness.map((one) => one.error ?? undefined),
  ])
  return [reason, ...said].find((text) => text?.includes('No space left on device'))
}

class NoRoom {
  constructor(readonly message: string) {}
}

class Lost {
  constructor(readonly message: string) {}
}
