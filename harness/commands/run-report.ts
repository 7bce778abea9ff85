/** `pgmatrix run` as people and scripts see it: progress, summary, site, exit code. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Emit } from '../core/events.js'
import { EXIT } from '../core/exit.js'
import type { Results } from '../core/result.js'
import { isUnjudged, type Counts } from '../core/verdict.js'
import { painter } from '../report/colour.js'
import { openProgress, type Detail } from '../report/progress.js'
import { describeDifferences } from '../report/difference.js'
import { describeTotal, summarise } from '../report/summary.js'
import { readResults } from '../results/read.js'
import { isCurrent, resultsOfSite } from './current.js'
import { onInterrupt } from './interrupt.js'
import { runCommand, type RunOutcome } from './run.js'
import { shardWord } from './shard.js'
import { compareTried } from './tried.js'
import { matrixFolder } from './workspace.js'
import type { RuntimeChoice } from '../runtime/open.js'

export interface RunWords {
  readonly patterns: readonly string[]
  readonly matrix?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly results: string
  readonly site?: string
  readonly baseUrl?: string
  readonly lanes?: number
  readonly runtime: RuntimeChoice
  readonly isolate?: 'pairing'
  readonly force?: boolean
  /** Percent of what need not run. */
  readonly verify?: number
  readonly mirror?: string
  readonly offline?: boolean
  readonly caBundle?: string
  readonly dsn?: readonly string[]
  readonly dsnInUse?: boolean
  /** `psycopg@PATH` */
  readonly client?: string
  /** `2/4` or `auto`. */
  readonly shard?: string
}

function detailOf({ quiet, verbose }: RunWords): Detail {
  if (quiet) return 'quiet'
  return verbose ? 'verbose' : 'usual'
}

/** Returns the exit code. */
export async function runAndReport(words: RunWords): Promise<number> {
  using progress = words.json ? jsonLines() : openProgress(process.stderr, detailOf(words))
  using interrupt = onInterrupt((text) => progress.show({ type: 'incident', text }))
  const { patterns, matrix, results, lanes } = words
  const isolate = words.isolate === 'pairing'
  const dsn = { dsn: words.dsn ?? [], inUse: words.dsnInUse ?? false }
  const again = words.force ? 1 : (words.verify ?? 0) / 100
  const shard = shardWord(words.shard)
  const { client } = words
  const where = { patterns, shard, client, matrix, results, lanes, isolate, again, words, dsn }
  const how = { ...where, emit: progress.show, signal: interrupt.signal }
  const outcome = await runCommand(how).catch((error: unknown) => {
    // Cut off while it was still preparing: there is nothing to report.
    if (interrupt.exitCode() === undefined) throw error
  })
  progress[Symbol.dispose]()
  if (!outcome) return interrupt.exitCode() ?? EXIT.incomplete
  return report(words, outcome, interrupt.exitCode())
}

async function report(
  words: RunWords,
  { file, complete, unchanged, otherwise, tried }: RunOutcome,
  interrupted?: number,
): Promise<number> {
  if (tried.length > 0) return interrupted ?? reportTried(words, tried, file)
  if (unchanged) return reportUnchanged(words, file, unchanged)
  const read = await readResults(file)
  if (!words.json) process.stdout.write(`${summarise(read, painter(process.stdout))}\nresults: ${file}\n`)
  tellOtherwise(words, otherwise)
  if (complete) await renderSite(words, file)
  return interrupted ?? (otherwise.length > 0 ? EXIT.differences : exitCode(read))
}

/** Of --client: against the newest release of the family. */
async function reportTried(
  { matrix, json }: RunWords,
  tried: RunOutcome['tried'],
  file: string,
): Promise<number> {
  const read = await readResults(file)
  const compared = await compareTried(tried, read, matrixFolder(matrix))
  if (json) process.stdout.write(`${JSON.stringify({ type: 'compared', file, compared })}\n`)
  else {
    const parts = compared.map((one) =>
      one.known ? describeDifferences(one) : `${one.before}: nothing to compare ${one.after} with`,
    )
    process.stdout.write(
      `${[summarise(read, painter(process.stdout)), `results: ${file}`, ...parts].join('\n')}\n`,
    )
  }
  return compared.some(({ differences }) => differences.length > 0) ? EXIT.differences : exitCode(read)
}

/** Of --verify and --force: nothing had changed, and yet. */
function tellOtherwise({ json }: RunWords, otherwise: RunOutcome['otherwise']): void {
  if (otherwise.length === 0) return
  if (json) process.stdout.write(`${JSON.stringify({ type: 'otherwise', cells: otherwise })}\n`)
  else
    for (const { id, before, now } of otherwise)
      process.stdout.write(`otherwise than before: ${id} was ${before} and is ${now}\n`)
}

/** Every cell is settled. */
async function reportUnchanged(words: RunWords, file: string, counts: Counts): Promise<number> {
  const text = `nothing has changed: ${describeTotal(counts, undefined, painter(process.stdout))}\nresults: ${file}`
  process.stdout.write(`${words.json ? JSON.stringify({ type: 'unchanged', file, counts }) : text}\n`)
  await renderSite(words, file)
  return EXIT.ok
}

/** A selection does not replace the site of a whole matrix unless it is told to. */
async function renderSite({ site, baseUrl, patterns, shard, json }: RunWords, file: string): Promise<void> {
  const isWhole = patterns.length === 0 && shard === undefined
  const folder = site ?? (isWhole ? 'site' : undefined)
  if (folder === undefined) return
  const options = { results: file, site: folder, baseUrl }
  // What it replaces, so that its page of changes goes on.
  const previous = resultsOfSite(folder) === undefined ? undefined : folder
  if (!(await isCurrent(options))) {
    // Loaded when it is wanted: most of what a run in which nothing has changed does not need.
    const { render } = await import('./render.js')
    await render({ ...options, previous })
  }
  const address = pathToFileURL(path.resolve(folder, 'index.html')).href
  process.stdout.write(json ? `${JSON.stringify({ type: 'site', address })}\n` : `site: ${address}\n`)
}

function exitCode({ complete, cells }: Results): number {
  if (!complete) return EXIT.incomplete
  return cells.some(({ verdict }) => isUnjudged(verdict)) ? EXIT.differences : EXIT.ok
}

function jsonLines(): { show: Emit } & Disposable {
  const show: Emit = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
  return { show, [Symbol.dispose]: () => {} }
}
