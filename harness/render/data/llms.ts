/** What the site is and where its data stands, in one short text for programs that read (llmstxt.org). */
import { markdownText } from '../../core/markdown.js'
import { isFact } from '../../core/verdict.js'
import { CLIENTS, DATA, METHOD } from '../models/address.js'
import { warningsOf } from '../models/frame.js'
import { allVerdicts } from '../models/verdicts.js'
import type { ResultsView } from '../models/view.js'
import { publicAddress, type SiteFacts } from '../site.js'
import { API_INDEX, API_MATRIX, LLMS, MATRIX_CSV } from './address.js'
import type { DataFile } from './file.js'

export function llmsFile(view: ResultsView, site: SiteFacts): DataFile {
  const text = [
    '# pgmatrix',
    '',
    "> The compatibility matrix of Python's PostgreSQL drivers and ORMs: every cell was executed against a real server, none was typed.",
    '',
    `${view.probes.length} features × ${view.clients.length} clients × ${view.servers.length} servers, ${view.cells.length} cells, executed on ${view.header.startedAt.slice(0, 10)}. Addresses are relative to this file unless they are whole.`,
    ...warningsOf(view).flatMap((warning) => ['', `**${markdownText(warning)}**`]),
    '',
    '## How to read a verdict',
    '',
    'A cell is a server, a client (a release, and of an ORM the driver under it) and a feature. Clients such as `psycopg` and `asyncpg` differ from release to release: name the release when you quote a verdict.',
    '',
    ...verdictLines(true),
    '',
    'These say something about the run and nothing about the client:',
    '',
    ...verdictLines(false),
    '',
    ...linkLines(view, site),
  ]
  return { name: LLMS, text: `${text.join('\n')}\n` }
}

function verdictLines(facts: boolean): string[] {
  return allVerdicts()
    .filter(({ verdict }) => isFact(verdict) === facts)
    .map(({ verdict, meaning }) => `- \`${verdict}\`: ${meaning}`)
}

function linkLines({ newest }: ResultsView, site: SiteFacts): string[] {
  const link = (name: string, title: string, about: string) =>
    `- [${title}](${publicAddress(site, name)}): ${about}`
  return [
    '## Data',
    '',
    link(API_INDEX, 'Index', 'every feature, client and server with the addresses of its data, as JSON'),
    link(API_MATRIX, 'Matrix', 'all verdicts in one JSON file'),
    link(MATRIX_CSV, 'Matrix as CSV', 'one row for each cell'),
    link(DATA, 'Results', 'everything with all evidence, as JSON Lines, compressed with gzip; large'),
    '- `api/v1/probe/<feature>.json`, `api/v1/client/<client>.json`, `api/v1/server/<server>.json`: one of each; ids stand in the index',
    `- \`api/v1/table/<server>.md\`: the newest releases on one server, as a Markdown table; the newest server is ${newest.id}`,
    '',
    '## Pages',
    '',
    link(METHOD, 'Method', 'how a cell gets its verdict'),
    link(CLIENTS, 'Clients', 'all drivers and ORMs'),
    '- `probe/<feature>.html#<client>@<server>`: the evidence of one cell, with the code that ran',
  ]
}
