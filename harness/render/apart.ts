/** The part of a site that needs no evidence, written by a thread of its own. */
import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { Kept } from '../core/kept.js'
import type { Attempt, Cell, Results } from '../core/result.js'
import { PACKAGE } from '../package.js'
import type { Part, WrittenPages } from './parts.js'

/** What the thread is given, as a copy. Objects that occur again are copied once, texts each time: so what cells share are objects. */
export interface Apart {
  readonly part: Part
  readonly results: Omit<Results, 'cells'>
  readonly cells: readonly PlainCell[]
}

interface PlainCell {
  readonly server: Named
  readonly client: Named
  readonly probe: Named
  readonly said: Said
}

/** What stands in a cell but its evidence, its times and its keys. */
type Said = Pick<Cell, 'verdict' | 'reason' | 'note' | 'absent' | 'attempts'>

interface Named {
  readonly id: string
}

/** As compiled, also where this file is not. */
const THREAD = path.join(PACKAGE, 'dist', 'harness', 'render', 'others-thread.js')

/** Megabytes: a third of the default, and more than it needs. */
const YOUNG = 16

export async function writeOthersApart(results: Results, part: Part): Promise<WrittenPages> {
  const thread = new Worker(THREAD, {
    workerData: packed(results, part),
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
  })
  try {
    const [written] = await once(thread, 'message')
    return written
  } finally {
    await thread.terminate()
  }
}

function packed({ cells, ...results }: Results, part: Part): Apart {
  const names = new Kept<Named>()
  const sayings = new Kept<Said>()
  const plain = cells.map((cell) => ({
    server: names.of({ id: cell.server }),
    client: names.of({ id: cell.client }),
    probe: names.of({ id: cell.probe }),
    said: sayings.of(saidIn(cell)),
  }))
  return { part, results, cells: plain }
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
export function unpacked({ results, cells }: Apart): Results {
  return { ...results, cells: cells.map(cellOf) }
}

/** Written out: an object of several spread ones takes many times the room. */
function cellOf({ server, client, probe, said }: PlainCell): Cell {
  return {
    kind: 'cell',
    server: server.id,
    client: client.id,
    probe: probe.id,
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
