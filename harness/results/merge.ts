/** `merge`: results files of the parts of a run become one file, the same whatever the order and the overlaps of the parts. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { foreign, mergedHeader, missingShards } from '../core/merge.js'
import { UsageError } from '../core/runtime.js'
import type { Header, ShardFacts } from '../core/result.js'
import { lineText } from './line.js'
import { resultsName } from './write.js'
import { CellLines, type CellLine } from './file-lines.js'
import { readPart, type PartFile } from './part.js'

export interface Merged {
  readonly header: Header
  readonly path: string
}

/**
 * Writes the whole into `folder`, under the time of its start.
 * @throws UsageError where a part is missing, cut off or not of the same whole, or where two parts disagree
 */
export function mergeFiles(paths: readonly string[], folder: string): Merged {
  const [first, ...others] = [...new Set(paths.map((one) => path.resolve(one)))].toSorted().map(readPart)
  if (!first) throw new UsageError('no results files to merge')
  const strange = others.map((other) => foreign(first, other)).find((reason) => reason !== undefined)
  if (strange !== undefined) throw new UsageError(strange)
  const parts: readonly [PartFile, ...PartFile[]] = [first, ...others]
  const header = mergedHeader(parts)
  using lines = new CellLines()
  const cells = chosenCells(parts, lines)
  refuseMissing(parts, cells.length)
  const finishedAt =
    parts
      .map((part) => part.finishedAt ?? '')
      .toSorted()
      .at(-1) || header.startedAt
  const file = path.join(folder, resultsName(header.startedAt))
  writeLines(file, function* () {
    yield Buffer.from(lineText(header))
    for (const cell of sorted(cells, first.header.shard.order))
      yield Buffer.concat([lines.read(cell), LINE_END])
    yield Buffer.from(lineText({ kind: 'footer', finishedAt, cells: cells.length }))
  })
  return { header, path: file }
}

/** Each cell once. Where two parts ran it, both must have found the same; the line that is kept does not depend on their order. */
function chosenCells(parts: readonly PartFile[], lines: CellLines): CellLine[] {
  const chosen = new Map<string, CellLine>()
  for (const cell of parts.flatMap(({ cells }) => cells)) {
    const known = chosen.get(cell.id)
    if (known && known.verdict !== cell.verdict)
      throw new UsageError(
        `${cell.id} is ${known.verdict} in ${known.path} and ${cell.verdict} in ${cell.path}. Run it again, in one of them.`,
      )
    if (!known || lines.read(cell).compare(lines.read(known)) < 0) chosen.set(cell.id, cell)
  }
  return [...chosen.values()]
}

function refuseMissing(parts: readonly [PartFile, ...PartFile[]], found: number): void {
  const { cells: wanted } = parts[0].header.shard
  if (found === wanted) return
  const cut = parts.filter(({ finishedAt }) => finishedAt === null).map((part) => part.path)
  const missing = missingShards(parts)
  const why = [
    ...(missing.length > 0 ? [`there is no file of shard ${missing.join(', ')}`] : []),
    ...cut.map((name) => `${name} was cut off`),
  ]
  throw new UsageError(
    `${wanted - found} of ${wanted} cells are missing: ${why.join('; ') || 'the parts do not make up the whole'}. Run what is missing with \`pgmatrix run --shard\`.`,
  )
}

/** By client, server and probe. */
function sorted(cells: readonly CellLine[], { clients, servers, probes }: ShardFacts['order']): CellLine[] {
  const [client, server, probe] = [clients, servers, probes].map(places)
  const rank = (cell: CellLine) =>
    ((client?.get(cell.client) ?? 0) * servers.length + (server?.get(cell.server) ?? 0)) * probes.length +
    (probe?.get(cell.probe) ?? 0)
  return cells
    .map((cell) => ({ cell, rank: rank(cell) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ cell }) => cell)
}

function places(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, place) => [id, place]))
}

const LINE_END = Buffer.from('\n')

/** There whole or not at all. */
function writeLines(file: string, lines: () => Iterable<Buffer>): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const beside = `${file}.new`
  const descriptor = openSync(beside, 'w')
  try {
    for (const line of lines()) writeSync(descriptor, line)
    renameSync(beside, file)
  } finally {
    closeSync(descriptor)
    rmSync(beside, { force: true })
  }
}
