/** The matrix of each server as a Markdown table, for a README or a wiki. */
import { markdownText } from '../../core/markdown.js'
import type { ServerFacts } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import { familyColumns } from '../models/columns.js'
import { warningsOf } from '../models/frame.js'
import { clientTitle, groupsAsking, type ResultsView } from '../models/view.js'
import { serverTable } from './address.js'
import type { DataFile } from './file.js'

/** Features by the newest release of each family on each driver. */
export function markdownFile(view: ResultsView, server: ServerFacts): DataFile {
  const clients = familyColumns(view, '').columns.map(({ client }) => client)
  const probes = groupsAsking(view, 'clients').flatMap((group) => group.probes)
  const rows = probes.map((probe) => [
    markdownText(probe.title),
    ...clients.map((client) => view.cell(server, client, probe)?.verdict ?? '–'),
  ])
  const head = ['Feature', ...clients.map((client) => markdownText(clientTitle(view.header, client)))]
  const lines = [
    `# Python clients on ${markdownText(serverName(server))}`,
    '',
    `Executed with pgmatrix ${markdownText(view.header.tool)} on ${view.header.startedAt.slice(0, 10)}.`,
    ...warningsOf(view).flatMap((warning) => ['', `**${markdownText(warning)}**`]),
    '',
    ...[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
  ]
  return { name: serverTable(server.id), text: `${lines.join('\n')}\n` }
}
