/** The part of a site that needs no evidence, written by a thread of its own, which also compresses the results while they are read. */
import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CellId } from '../core/ids.js'
import { numberOf } from '../core/number-of.js'
import type { Attempt, Cell, Results } from '../core/result.js'
import { PACKAGE } from '../package.js'
import type { Origin } from './marker.js'
import type { Part, WrittenPages } from './parts.js'

/** What the thread is given at its start. */
export interface Beginning {
  readonly origin: Origin
  /** Of the site. */
  readonly folder: string
}

/** What it is given once the results have been read, as a copy: of what cells have in common, numbers stand for it. */
export interface Apart {
  readonly part: Part
  readonly results: Omit<Results, 'cells'>
  readonly ids: readonly string[]
  readonly sayings: readonly Said[]
  /** Of each cell the places of its server, client and probe in `ids`, and of what it says in `sayings`. */
  readonly cells: Uint32Array
}

/** What stands in a cell but its evidence, its times and its keys. */
type Said = Pick<Cell, 'verdict' | 'reason' | 'note' | 'absent' | 'attempts'>

/** As compiled, also where this file is not. */
const THREAD = path.join(PACKAGE, 'dist', 'harness', 'render', 'others-thread.js')

/** Megabytes: a third of the default, and more than it needs. */
const YOUNG = 16

/** Starts at once, so that it has loaded what it needs when the results have been read. */
export class OthersThread implements AsyncDisposable {
  readonly #thread: Worker
  readonly #written: Promise<WrittenPages[]>

  constructor(beginning: Beginning) {
    this.#thread = new Worker(THREAD, {
      workerData: beginning,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    })
    this.#written = once(this.#thread, 'message')
    this.#written.catch(() => {}) // It is awaited once there is something to write, where its failure is thrown.
  }

  /** Once for each thread. */
  async write(results: Results, part: Part): Promise<WrittenPages> {
    this.#thread.postMessage(packed(results, part))
    const [written] = await this.#written
    if (!written) throw new Error('the thread has written nothing')
    return written
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate()
  }
}

const NUMBERS = 4

function packed({ cells, ...results }: Results, part: Part): Apart {
  const ids = new Map<string, number>()
  const sayings = new Map<string, number>()
  const said: Said[] = []
  const numbers = new Uint32Array(NUMBERS * cells.length)
  cells.forEach((cell, index) => {
    const saying = numberOf(textOf(cell), sayings)
    said[saying] ??= saidIn(cell)
    const places = [numberOf(cell.server, ids), numberOf(cell.client, ids), numberOf(cell.probe, ids), saying]
    numbers.set(places, NUMBERS * index)
  })
  return { part, results, ids: [...ids.keys()], sayings: said, cells: numbers }
}

/** The same for cells that say the same. */
function textOf({ verdict, reason, note, absent, attempts }: Cell): string {
  let text = JSON.stringify([verdict, reason, note, absent])
  for (const { level, outcome } of attempts) text += ` ${level} ${outcome}`
  return text
}

function saidIn({ verdict, reason, note, absent, attempts }: Cell): Said {
  const ended = attempts.map(({ level, outcome }) => ({ level, outcome, ...NO_EVIDENCE }))
  return { verdict, reason, note, absent, attempts: ended }
}

const NO_EVIDENCE = {
  ...{ reason: '', note: null, code: '', file: '', line: 0, output: '', ms: 0, cpuMs: 0 },
  ...{ value: null, expected: null, figures: {}, error: null, witness: [] },
} satisfies Omit<Attempt, 'level' | 'outcome'>

/** The results, as far as they were given. */
export function unpacked({ results, ids, sayings, cells }: Apart): Results {
  const all: Cell[] = []
  for (let at = 0; at < cells.length; at += NUMBERS) {
    const [server = 0, client = 0, probe = 0, saying = 0] = cells.subarray(at, at + NUMBERS)
    const [said, id] = [sayings[saying], (place: number) => ids[place] ?? '']
    if (said) all.push(cellOf({ server: id(server), client: id(client), probe: id(probe) }, said))
  }
  return { ...results, cells: all }
}

/** Written out: an object of several spread ones takes many times the room. */
function cellOf({ server, client, probe }: CellId, said: Said): Cell {
  return {
    kind: 'cell',
    server,
    client,
    probe,
    verdict: said.verdict,
    reason: said.reason,
    note: said.note,
    absent: said.absent,
    attempts: said.attempts,
    decided: null,
    key: null,
    startedAt: '',
    ms: 0,
  }
}
