/** What a run found, for the terminal: a line per probe and client where that is readable, and the counts. */
import { describeStrip } from '../core/ranges.js'
import type { Cell, Results } from '../core/result.js'
import { countVerdicts, type Counts } from '../core/verdict.js'
import { plain, type Paint } from './colour.js'
import { describeCounts, duration, number } from './tally.js'

/** Rows up to which each client of each probe has a line of its own. */
const READABLE = 120

export function summarise(results: Results, paint: Paint = plain): string {
  const { header, cells } = results
  const rows = header.probes.length * header.clients.length
  const table = rows <= READABLE ? [...header.probes.flatMap(({ id }) => probeLines(results, id)), ''] : []
  const doubtful = cells.filter(({ verdict }) =>
    ['broken', 'error', 'invalid', 'flaky', 'crash', 'timeout'].includes(verdict),
  )
  const said = rows <= READABLE ? doubtful.slice(0, 20).map((cell) => explain(cell, paint)) : []
  return [
    ...table,
    ...said,
    ...(said.length > 0 ? [''] : []),
    describeTotal(countVerdicts(cells), header.cells, paint),
    ...describeCost(results),
  ].join('\n')
}

function probeLines({ header, cells }: Results, probe: string): string[] {
  const width = Math.max(...header.clients.map(({ id }) => id.length))
  const lines = header.clients.map(({ id }) => {
    const of = cells.filter((cell) => cell.probe === probe && cell.client === id)
    const strip = header.servers.map((server) => ({
      server: server.id,
      verdict: of.find((cell) => cell.server === server.id)?.verdict ?? null,
      pooled: server.pooler !== null,
    }))
    return `  ${id.padEnd(width)}  ${describeStrip(strip)}`
  })
  return [probe, ...lines]
}

function explain({ server, client, probe, verdict, reason }: Cell, paint: Paint): string {
  return `${paint(verdict, `${verdict}:`)} ${server}/${client}/${probe}\n  ${reason}`
}

/** `3 cells: native 2 · server 1`; `3 of 4 cells: …` where so many were planned. */
export function describeTotal(counts: Counts, planned?: number, paint: Paint = plain): string {
  const found = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const of = planned === undefined || planned === found ? '' : ` of ${number(planned)}`
  return `${number(found)}${of} cells: ${describeCounts(counts, paint)}`
}

/** What the cells took that ran: `902 pairings, 77,480 cells run in 46 min, 28 a second, 43 ms of CPU in the recipes of each`. Nothing where none did. */
function describeCost({ header, cells }: Results): string[] {
  const begun = Date.parse(header.startedAt)
  // What was taken over began before the run did.
  const ran = cells.filter(({ startedAt }) => Date.parse(startedAt) >= begun)
  if (ran.length === 0) return []
  const pairings = new Set(ran.map(({ server, client }) => `${server}/${client}`)).size
  const ended = ran.reduce((last, { startedAt, ms }) => Math.max(last, Date.parse(startedAt) + ms), begun)
  const seconds = Math.max(ended - begun, 1) / 1000
  const cpuMs = ran.flatMap(({ attempts }) => attempts).reduce((sum, attempt) => sum + attempt.cpuMs, 0)
  const cost = `${(cpuMs / ran.length).toFixed(0)} ms of CPU in the recipes of each`
  const rate = (ran.length / seconds).toFixed(1)
  return [
    `${number(pairings)} pairings, ${number(ran.length)} cells run in ${duration(seconds)}, ${rate} a second, ${cost}`,
  ]
}
