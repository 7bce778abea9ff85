/**
 * Most of a cell's line is what was tried, and in one run that is for nine of ten cells what was tried for another one, to the
 * letter but for how long it took. Such text is parsed and checked once.
 */
import { z } from 'zod'
import { type Attempt, attemptSchema, type Cell, cellSchema } from '../core/result.js'
import { Shared } from './shared.js'

/** How long an attempt took, in milliseconds. */
type Times = Pick<Attempt, 'ms' | 'cpuMs'>

/** A line taken apart. */
interface Parts {
  /** The line with PLACE where the attempts stand. */
  readonly rest: string
  /** The JSON of the attempts. */
  readonly attempts: string
  /** The same without times: not JSON, but the same for attempts that are the same. */
  readonly timeless: string
  readonly times: readonly Times[]
}

const PLACE = 0
const restSchema = cellSchema.extend({ attempts: z.literal(PLACE) })
const attemptsSchema = z.array(attemptSchema)

export class CellReader {
  readonly #shared = new Shared()
  readonly #known = new Map<string, readonly Attempt[]>()

  /** Undefined where the line holds no cell, or is not written as lineText() does: then it has to be parsed as a whole. */
  read(line: string): Cell | undefined {
    const parts = partsOf(line)
    if (!parts) return undefined
    const rest = restSchema.safeParse(parseJson(parts.rest))
    if (!rest.success) return undefined
    const attempts = this.#attempts(parts)
    return attempts && this.#shared.cell(rest.data, attempts)
  }

  /** Of a cell that was read otherwise. */
  share(cell: Cell): Cell {
    return this.#shared.cell(cell, this.#shared.attempts(cell.attempts))
  }

  #attempts({ attempts, timeless, times }: Parts): Attempt[] | undefined {
    const known = this.#known.get(timeless) ?? this.#learn(attempts, timeless)
    if (known?.length !== times.length) return undefined
    return known.map((attempt, index) => {
      const { ms, cpuMs } = times[index] ?? attempt
      return { ...attempt, ms, cpuMs }
    })
  }

  #learn(text: string, timeless: string): readonly Attempt[] | undefined {
    const { data } = attemptsSchema.safeParse(parseJson(text))
    if (!data) return undefined
    const attempts = this.#shared.attempts(data)
    this.#known.set(timeless, attempts)
    return attempts
  }
}

// In JSON a quote within a text has a backslash before it: what follows is found nowhere but where these keys stand.
const BEGIN = ',"attempts":'
const END = ',"startedAt":"'
/** At the end of an object that stands in an array. */
const TIMES = /,"ms":((?:0|[1-9]\d*)(?:\.\d+)?),"cpuMs":((?:0|[1-9]\d*)(?:\.\d+)?)(?=\}(?:,\{|\]))/g

function partsOf(line: string): Parts | undefined {
  const begin = line.indexOf(BEGIN) + BEGIN.length
  const end = line.lastIndexOf(END)
  if (begin < BEGIN.length || end < begin) return undefined
  const attempts = line.slice(begin, end)
  const times: Times[] = []
  const timeless = attempts.replace(TIMES, (_, ms: string, cpuMs: string) => {
    times.push({ ms: Number(ms), cpuMs: Number(cpuMs) })
    return ''
  })
  return { rest: `${line.slice(0, begin)}${PLACE}${line.slice(end)}`, attempts, timeless, times }
}

/** Undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
