/** What of a plan earlier runs have found already. */
import { randomInt } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { DecidedOf } from '../core/decided.js'
import type { EarlierFacts } from '../core/facts.js'
import { grouped } from '../core/grouped.js'
import { cellId } from '../core/ids.js'
import { withoutCells, type Plan } from '../core/plan.js'
import type { ClientFacts, Header, ServerFacts } from '../core/result.js'
import { sameCell, type Earlier, type EarlierCell, type Recorded } from '../results/earlier.js'

export interface Kept {
  readonly cells: readonly EarlierCell[]
  /** Those that run again all the same. */
  readonly again: readonly EarlierCell[]
  /** The plan without `cells`. */
  readonly rest: Plan
  readonly facts: EarlierFacts
}

export interface Found {
  readonly plan: Plan
  readonly earlier: Earlier
  readonly recorded: Recorded
  readonly decided: DecidedOf
}

/** @param share of them that run again all the same, from 0 to 1 */
export function keptOf(found: Found, share: number): Kept {
  const { plan, earlier, decided } = found
  const known: EarlierCell[] = []
  const rest = withoutCells(plan, (cell) => {
    const same = sameCell(found, cell, decided(cell))
    if (same) known.push(same)
    return same !== undefined
  })
  if (share > 0) return keptBut(found, known, share)
  return { cells: known, again: [], rest, facts: factsOf(known, earlier.files) }
}

/** Without some, which run again. */
function keptBut({ plan, earlier }: Found, known: readonly EarlierCell[], share: number): Kept {
  const again = new Set(sample(known, share))
  const cells = known.filter((cell) => !again.has(cell))
  const ids = new Set(cells.map(({ id }) => id))
  const rest = withoutCells(plan, (cell) => ids.has(cellId(cell)))
  return { cells, again: [...again], rest, facts: factsOf(cells, earlier.files) }
}

/** As many as the share says, and one at least; others each time, so that in the course of many runs all have their turn. */
function sample<T>(all: readonly T[], share: number): readonly T[] {
  if (share >= 1) return all
  const wanted = Math.max(1, Math.round(all.length * share))
  const left = [...all]
  return Array.from({ length: Math.min(wanted, left.length) }, () =>
    left.splice(randomInt(left.length), 1),
  ).flat()
}

/** Of each client and server what the newest file says of which a cell was kept. */
function factsOf(cells: readonly EarlierCell[], files: Earlier['files']): EarlierFacts {
  const byFile = [...grouped(cells, ({ path }) => path)]
  const newestFirst = byFile.toSorted(([a], [b]) => b.localeCompare(a))
  const clients = new Map<string, ClientFacts>()
  const servers = new Map<string, ServerFacts>()
  for (const [path, some] of newestFirst) {
    const header = files.get(path)?.header
    if (!header) continue
    for (const { client, server } of some) {
      remember(clients, header.clients, client)
      remember(servers, header.servers, server)
    }
  }
  return { clients, servers }
}

function remember<T extends { readonly id: string }>(
  known: Map<string, T>,
  all: readonly T[],
  id: string,
): void {
  if (known.has(id)) return
  const found = all.find((one) => one.id === id)
  if (found) known.set(id, found)
}

/** The complete file that holds these cells, which are all of the run, no others, and says the same of everything, if there is one. */
export function wholeFile(
  cells: readonly EarlierCell[],
  files: Earlier['files'],
  header: Header,
): string | undefined {
  if (cells.length !== header.cells) return undefined
  const [path = '', ...others] = new Set(cells.map((cell) => cell.path))
  const file = files.get(path)
  if (!file || others.length > 0 || !file.complete || file.header.cells !== header.cells) return undefined
  return sameFacts(file.header, header) ? file.path : undefined
}

/** Whether two headers differ in nothing that a page would show, but for the time and the tool. */
function sameFacts(one: Header, other: Header): boolean {
  return isDeepStrictEqual(shown(one), shown(other))
}

function shown({ startedAt: _startedAt, tool: _tool, ...header }: Header): unknown {
  return header
}
