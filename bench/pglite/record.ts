/** What a run over PGlite found, as Markdown: a function of the cells alone. */
import { VERDICTS, type Verdict } from '../../harness/core/verdict.js'

/** `lost`: the server stopped answering at this cell, or at one before it in the same group. */
export interface Seen {
  readonly probe: string
  readonly verdict: Verdict | 'lost'
  readonly reason: string
}

export interface Column {
  readonly client: string
  /** PostgreSQL's, as the server says it. */
  readonly version: string
  /** First probes that a server did not answer any more: it or the one before brought it down. */
  readonly losses: readonly string[]
  readonly seen: readonly Seen[]
}

export interface Run {
  readonly date: string
  readonly command: string
  readonly packages: readonly string[]
  readonly deadline: number
  readonly columns: readonly Column[]
  /** Clients that have not run yet. */
  readonly missing: readonly string[]
  /** The same clients on PostgreSQL 18: `client/probe` to the verdict. */
  readonly baseline: ReadonlyMap<string, Verdict>
  readonly baselineVersion: string
}

const LONGEST = 160

export function record(run: Run): string {
  const { columns, baseline, packages, deadline, missing } = run
  const probes = [...new Set(columns.flatMap(({ seen }) => seen.map(({ probe }) => probe)))]
  return [
    '# PGlite',
    `Made by \`${run.command}\` on ${run.date}; do not edit. [PGlite](https://pglite.dev) is PostgreSQL as WebAssembly with a single backend: all sessions
of its socket server share one, with its settings and its prepared statements, and a transaction of one session makes the others wait. The newest release of a driver family has run all
${probes.length} probes that need no server of pgmatrix's own, with \`--dsn\` and a PGlite of its own, in memory; a recipe gets ${deadline} seconds unless its probe asks for more. A server that stops answering
is replaced by a new one.`,
    table(
      ['what', 'version'],
      [
        ['PGlite', packages.join(' · ')],
        [
          'says that it is PostgreSQL',
          [...new Set(columns.map(({ version }) => version))].filter(Boolean).join(', '),
        ],
        ['compared with PostgreSQL', run.baselineVersion],
      ],
    ),
    '## Verdicts',
    '`lost`: the server stopped answering at this cell, or at one before it in the same group; the other groups went on with a new server.',
    counts(columns),
    ...(missing.length > 0 ? [`Not run yet: ${missing.join(', ')}.`] : []),
    '## Servers that stopped answering',
    losses(columns),
    '## What differs from PostgreSQL 18',
    `Cells whose verdict is another one than the same client's on PostgreSQL 18, by probe.`,
    differences(columns, probes, baseline),
  ].join('\n\n')
}

function counts(columns: readonly Column[]): string {
  const all = columns.flatMap(({ seen }) => seen.map(({ verdict }) => verdict))
  const verdicts = [...VERDICTS, 'lost' as const].filter((verdict) => all.includes(verdict))
  const rows = columns.map(({ client, seen }) => [
    client,
    ...verdicts.map((verdict) => String(seen.filter((cell) => cell.verdict === verdict).length)),
  ])
  return table(['client', ...verdicts], rows)
}

function losses(columns: readonly Column[]): string {
  const rows = columns
    .filter((column) => column.losses.length > 0)
    .map((column) => [column.client, column.losses.join(', ')])
  return rows.length === 0 ? 'None.' : table(['client', 'first cell that was not answered'], rows)
}

function differences(
  columns: readonly Column[],
  probes: readonly string[],
  baseline: Run['baseline'],
): string {
  const rows = probes.flatMap((probe) =>
    columns.flatMap(({ client, seen }) => {
      const cell = seen.find((one) => one.probe === probe)
      const before = baseline.get(`${client}/${probe}`)
      if (!cell || cell.verdict === before) return []
      return [[probe, client, before ?? '–', cell.verdict, short(cell.reason)]]
    }),
  )
  return rows.length === 0 ? 'Nothing.' : table(['probe', 'client', '18', 'PGlite', 'reason on PGlite'], rows)
}

function short(reason: string): string {
  // The folder of a run has another name each time.
  const [line = ''] = reason.replaceAll(/[^\s"]*pgmatrix-dsn-\w+/g, '…').split('\n')
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Markdown would take these for its own. */
function escaped(cell: string): string {
  return cell.replaceAll(/[\\|<>*_`[\]]/g, '\\$&')
}
