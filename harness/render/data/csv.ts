/** All verdicts as comma-separated values (RFC 4180). */
import type { ResultsView } from '../models/view.js'
import { MATRIX_CSV } from './address.js'
import type { DataFile } from './file.js'

const COLUMNS = ['server', 'client', 'family', 'probe', 'verdict']

/** One row for each cell that has a result. */
export function csvFile(view: ResultsView): DataFile {
  let text = line(COLUMNS)
  for (const server of view.servers)
    for (const client of view.clients)
      for (const probe of view.probes) {
        const cell = view.cell(server, client, probe)
        if (cell) text += line([server.id, client.id, client.family, probe.id, cell.verdict])
      }
  return { name: MATRIX_CSV, text }
}

function line(fields: readonly string[]): string {
  return `${fields.map(field).join(',')}\r\n`
}

/** Spreadsheets take what begins with one of these for a formula. */
const FORMULA = /^[=+\-@\t\r]/

export function field(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
