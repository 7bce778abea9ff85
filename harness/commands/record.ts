/** `pgmatrix check` and `pgmatrix accept`: a run against the reviewed record of the matrix. */
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Document } from 'yaml'
import { costsOf } from '../core/costs.js'
import { accept, check, unjudged, type Check, type Checked } from '../core/check.js'
import { grouped } from '../core/grouped.js'
import { cellId, isForeign } from '../core/ids.js'
import type { Matrix } from '../core/matrix.js'
import { makePlan, plannedIds } from '../core/plan.js'
import { recordOf, type FamilyRecord, type Judged } from '../core/record.js'
import type { Results } from '../core/result.js'
import { UsageError } from '../core/runtime.js'
import { isFact } from '../core/verdict.js'
import { formatProblem } from '../load/problem.js'
import { COSTS } from '../load/costs.js'
import { loadRecord, RECORD, type RecordPart } from '../load/record.js'
import { replaceFiles } from '../update/replace-files.js'
import { readCosts } from './shard.js'
import type { Earlier, Recorded } from '../results/earlier.js'
import { readResults } from '../results/read.js'

export interface RecordWords {
  /** Matrix folder. */
  readonly folder: string
  readonly matrix: Matrix
  /** A results file. */
  readonly results: string
  readonly patterns: readonly string[]
}

export interface CheckedRun extends Check {
  readonly results: Results
  /** Folder of the record. */
  readonly record: string
}

/** @throws UsageError where there is no record, or the run says nothing of it. */
export async function checkRun(words: RecordWords): Promise<CheckedRun> {
  const { checked, record } = await open(words)
  if (checked.recorded.length === 0)
    throw new UsageError(`${record}: there is no record yet. \`pgmatrix accept\` makes it from a run.`)
  const found = check(checked)
  if (found.compared === 0 && found.notRun.length === 0)
    throw new UsageError(
      `${words.results} has no cell that ${words.patterns.join(' ') || 'the record'} names`,
    )
  return { ...found, results: checked.results, record }
}

/** What a verdict must be run a second time to differ from, by cell id. A record that cannot be read is `check`'s to tell. */
export async function recordedVerdicts(folder: string, part?: RecordPart): Promise<Recorded> {
  const { cells } = await loadRecord(folder, part)
  return new Map(cells.map((cell) => [cellId(cell), cell.verdict]))
}

/** What the record says of cells of an earlier run that are no facts: most runs have few such, and the whole is long. */
export async function recordedIncidents(
  folder: string,
  { clients }: Matrix,
  { cells }: Earlier,
): Promise<Recorded> {
  const incidents = [...cells.values()].filter(({ verdict }) => !isFact(verdict))
  const ended = new Set(incidents.map(({ client }) => client))
  const families = clients.flatMap(({ id, family }) => (ended.has(id) ? [family.id] : []))
  const probes = incidents.map(({ probe }) => probe)
  return recordedVerdicts(folder, { families: new Set(families), probes: new Set(probes) })
}

export interface Accepted extends CheckedRun {
  /** Files of the record that were written or removed. */
  readonly written: readonly string[]
}

/** Nothing is written where something could not be judged. @throws UsageError */
export async function acceptRun(words: RecordWords): Promise<Accepted> {
  const { checked, record, files } = await open(words)
  refuseUnfit(words, checked)
  const families = recordsOf(accept(checked), words.matrix)
  const texts = new Map([...families].map(([family, one]) => [`${family}.yaml`, recordText(one)]))
  const gone = files.map((file) => path.basename(file)).filter((name) => !texts.has(name))
  await replaceFiles(record, texts)
  for (const name of gone) await rm(path.join(record, name))
  const costs = isWhole(words, checked.results) ? [await writeCosts(words, checked.results)] : []
  const written = [...[...texts.keys(), ...gone].map((name) => path.join(record, name)), ...costs]
  return { ...check(checked), results: checked.results, record, written }
}

function isWhole({ patterns }: RecordWords, { header }: Results): boolean {
  return patterns.length === 0 && header.selector === null
}

/** Of a run of everything alone: a client that idles beside few others takes less time. Returns the path. */
async function writeCosts({ folder, matrix }: RecordWords, { cells }: Results): Promise<string> {
  const before = await readCosts(folder)
  const clients = matrix.clients.map(({ id }) => id)
  const milliseconds = costsOf(cells, Object.fromEntries(before), clients)
  const document = new Document({ milliseconds })
  document.commentBefore =
    ' Of a cell on average, by client; written by `pgmatrix accept`. Shards are balanced by it.'
  await replaceFiles(folder, new Map([[COSTS, document.toString({ lineWidth: 0 })]]))
  return path.join(folder, COSTS)
}

function refuseUnfit({ results, patterns }: RecordWords, checked: Checked): void {
  if (!checked.results.complete)
    throw new UsageError(`${results} is of a run that was cut off. Run again; it goes on where it was.`)
  const open = unjudged({ results: checked.results, patterns })
  if (open.length === 0) return
  const some = open.slice(0, 5).map((cell) => `${cellId(cell)} (${cell.verdict})`)
  const more = open.length > some.length ? ` and ${open.length - some.length} more` : ''
  throw new UsageError(
    `${results} has cells that could not be judged: ${some.join(', ')}${more}. Run them again first.`,
  )
}

async function open({ folder, matrix, results: file, patterns }: RecordWords): Promise<{
  checked: Checked
  record: string
  files: readonly string[]
}> {
  const [{ cells: recorded, files, problems }, results] = await Promise.all([
    loadRecord(folder),
    readResults(file),
  ])
  if (problems.length > 0) throw new UsageError(problems.map(formatProblem).join('\n'))
  if (results.header.servers.every(({ id }) => isForeign(id)))
    throw new UsageError(`${file} is of servers that are not the matrix's; the record does not speak of them`)
  if (results.header.shard !== null)
    throw new UsageError(`${file} is one part of a run: \`pgmatrix merge\` makes all parts one`)
  const planned = new Set(plannedIds(makePlan(matrix, [])))
  return { checked: { recorded, results, planned, patterns }, record: path.join(folder, RECORD), files }
}

function recordsOf(cells: readonly Judged[], { clients, servers }: Matrix): Map<string, FamilyRecord> {
  const familyOf = new Map(clients.map(({ id, family }) => [id, family.id]))
  // What ran and has left the matrix since is in no record either.
  const known = cells.filter(({ client }) => familyOf.has(client))
  const byFamily = grouped(known, ({ client }) => familyOf.get(client) ?? client)
  const axes = { servers: servers.map(({ id }) => id), clients: clients.map(({ id }) => id) }
  return new Map([...byFamily].map(([family, some]) => [family, recordOf(some, axes)]))
}

const HEADING = ` Written by \`pgmatrix accept\`, reviewed where it changes; \`pgmatrix check\` compares a run with it.`

/** Lists in one line each, features one below the other: a flip is one line of a pull request. */
function recordText({ servers, clients, features }: FamilyRecord): string {
  const document = new Document({})
  document.commentBefore = HEADING
  document.set('servers', document.createNode(servers, { flow: true }))
  document.set('clients', clients)
  document.set('features', document.createNode(features))
  return document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false })
}
