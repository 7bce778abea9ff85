/** The live display of a run on a terminal, and a line now and then where there is none. */
import { createLogUpdate } from 'log-update'
import type { Emit } from '../core/events.js'
import type { Cell } from '../core/result.js'
import type { Counts } from '../core/verdict.js'
import { painter, type Paint } from './colour.js'
import { cellLine, number, Tally } from './tally.js'

export interface Progress extends Disposable {
  readonly show: Emit
}

/** What is written how, told by Ticking when. */
interface Display {
  readonly everyMs: number
  /** A sentence that stays. */
  readonly say: (text: string) => void
  readonly tick: (tally: Tally) => void
  /** Once, however the run ended. */
  readonly end: (tally: Tally) => void
}

/** A terminal says so, and how wide it is at the moment. */
export type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

/** `quiet`: incidents alone; `verbose`: also each cell as it ends. */
export type Detail = 'quiet' | 'usual' | 'verbose'

export function openProgress(screen: Screen, detail: Detail = 'usual'): Progress {
  const paint = painter(screen)
  if (detail === 'quiet') return quietProgress(screen, paint)
  const canRedraw = screen.isTTY && screen.columns && process.env.TERM !== 'dumb'
  return new Ticking(canRedraw ? liveDisplay(screen) : logDisplay(screen), paint, detail === 'verbose')
}

function quietProgress(screen: Screen, paint: Paint): Progress {
  const show: Emit = (event) => {
    if (event.type === 'incident') screen.write(`${incidentLine(event.text, paint)}\n`)
  }
  return { show, [Symbol.dispose]: () => {} }
}

function incidentLine(text: string, paint: Paint): string {
  return paint('incident', `! ${text}`)
}

/** By the clock and not by the events: a fast run must not flicker, and a hanging cell must not look like a dead program. */
class Ticking implements Progress {
  readonly #tally = new Tally()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly display: Display,
    private readonly paint: Paint,
    private readonly tellsCells: boolean,
  ) {}

  readonly show: Emit = (event) => {
    if (event.type === 'preparing') this.display.say(`· ${event.text}`)
    if (event.type === 'incident') this.display.say(incidentLine(event.text, this.paint))
    if (event.type === 'started') this.#start(event.header.cells)
    if (event.type === 'kept') this.#keep(event.counts)
    if (event.type === 'cell') this.#add(event.cell)
  }

  #start(cells: number): void {
    this.#tally.start(cells, Date.now())
    this.#timer = setInterval(() => this.display.tick(this.#tally), this.display.everyMs).unref()
  }

  #add(cell: Cell): void {
    this.#tally.add(cell)
    if (this.tellsCells) this.display.say(cellLine(cell, this.paint))
  }

  #keep(counts: Counts): void {
    this.#tally.keep(counts)
    this.display.say(`· ${number(this.#tally.kept)} cells are as an earlier run found them`)
  }

  [Symbol.dispose](): void {
    if (!this.#timer) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.display.end(this.#tally)
  }
}

function liveDisplay(screen: Screen): Display {
  const draw = createLogUpdate(screen)
  return {
    everyMs: 100,
    // The next tick draws the rest again below it.
    say: (text) => {
      draw.clear()
      screen.write(`${text}\n`)
    },
    // A line that fills the last column makes some terminals begin another.
    tick: (tally) => draw(tally.lines(Date.now(), (screen.columns ?? 80) - 1).join('\n')),
    end: () => {
      draw.clear()
      draw.done()
    },
  }
}

/** A log's lines may be long. */
const LOG_COLUMNS = 200

function logDisplay(screen: Screen): Display {
  const say = (text: string) => void screen.write(`${text}\n`)
  return {
    everyMs: 10_000,
    say,
    tick: (tally) => say(tally.line(Date.now(), LOG_COLUMNS)),
    end: (tally) => say(tally.total(Date.now())),
  }
}
