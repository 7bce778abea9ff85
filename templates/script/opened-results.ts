/** Reads a results file in the browser, line by line: only what a table needs of it. The whole check of its form is that of `pgmatrix render`. */
import { type Verdict, VERDICTS } from '../../harness/core/verdict.js'
import type { TableFeature } from './verdict-table.js'

export interface OpenedResults {
  readonly startedAt: string
  readonly complete: boolean
  /** Ids, in the order of the file. */
  readonly servers: readonly string[]
  readonly clients: readonly { readonly id: string; readonly family: string; readonly version: string }[]
  readonly features: readonly TableFeature[]
  readonly count: number
  cell(server: string, client: string, probe: string): OpenedCell | undefined
}

interface OpenedCell {
  readonly verdict: Verdict
  readonly reason: string
}

/** @throws Error in words for a reader, where this is no results file. */
export async function readResults(file: Blob): Promise<OpenedResults> {
  const cells = new Map<string, OpenedCell>()
  let header: Record<string, unknown> | undefined
  let complete = false
  for await (const line of linesOf(file)) {
    const entry = parse(line)
    // The last line of an interrupted run may be torn.
    if (!entry) {
      if (header) break
      throw new Error(NO_RESULTS)
    }
    if (!header) {
      if (entry['kind'] !== 'header') throw new Error(NO_RESULTS)
      header = entry
    } else if (entry['kind'] === 'cell') {
      const verdict = VERDICTS.find((known) => known === entry['verdict'])
      if (verdict)
        cells.set([entry['server'], entry['client'], entry['probe']].join('/'), {
          verdict,
          reason: text(entry['reason']),
        })
    } else if (entry['kind'] === 'footer') complete = true
  }
  if (!header) throw new Error('the file is empty')
  return {
    ...factsOf(header),
    complete,
    count: cells.size,
    cell: (server, client, probe) => cells.get([server, client, probe].join('/')),
  }
}

const NO_RESULTS =
  'this is no results file of pgmatrix. A run writes one into its folder results/, named after the time at which it began.'

function factsOf(header: Record<string, unknown>) {
  return {
    startedAt: text(header['startedAt']),
    servers: list(header['servers']).map(({ id }) => text(id)),
    clients: list(header['clients']).map(({ id, family, version }) => ({
      id: text(id),
      family: text(family),
      version: text(version),
    })),
    features: list(header['probes']).map(({ id, title, group }) => ({
      id: text(id),
      title: text(title),
      group: text(group),
      href: null,
    })),
  }
}

/** As a site offers it. RFC 1952: a gzip file begins with 1f 8b. */
async function isCompressed(file: Blob): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  return first === 0x1f && second === 0x8b
}

async function* linesOf(file: Blob): AsyncGenerator<string> {
  const bytes = (await isCompressed(file))
    ? file.stream().pipeThrough(new DecompressionStream('gzip'))
    : file.stream()
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
