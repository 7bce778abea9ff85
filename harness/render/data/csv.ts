/** All verdicts as comma-separated values (RFC 4180). */
import type { ResultsView } from '../models/view.js'

import { MATRIX_CSV } from './address.js'
import type { DataFile } from './file.js'

const COLUMNS = ['server', 'client', 'family', 'probe', 'verdict']

/** One row for each cell that has a result. */
export function csvFile(view: ResultsView): DataFile {
  const rows = view.servers.flatMap((server) =>
    view.clients.flatMap((client) =>
      view.probes.flatMap((probe) => {
        const cell = view.cell(server, client, probe)
        return cell ? [[server.id, client.id, client.family, probe.id, cell.verdict]] : []
      }),
    ),
  )
  return {
    name: MATRIX_CSV,
    text: [COLUMNS, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join(''),
  }
}

/** Spreadsheets take what begins with one of these for a formula. */
const FORMULA = /^[=+\-@\t\r]/

export function field(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
