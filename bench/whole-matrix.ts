/**
 * The results that a run of the whole matrix would have, without the run: its recipes to the letter, of each cell the verdict that the
 * record has (`native` where it has none yet), and evidence of the usual size. What is measured with it is weight and time, never a verdict.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { openMatrix } from '../harness/commands/workspace.js'
import type { DecidedOf } from '../harness/core/decided.js'
import { makeHeader } from '../harness/core/facts.js'
import { cellId, type CellId } from '../harness/core/ids.js'
import { judge, judgeBelowGate } from '../harness/core/judge.js'
import type { Client, Probe, Recipe } from '../harness/core/matrix.js'
import { makePlan, type Plan } from '../harness/core/plan.js'
import { entryFor } from '../harness/core/recipe-key.js'
import type { Attempt, Cell, Outcome, Results } from '../harness/core/result.js'
import { LEVELS, type Verdict } from '../harness/core/verdict.js'
import { loadRecord } from '../harness/load/record.js'
import { lineText } from '../harness/results/line.js'

const STARTED = '2026-11-23T09:00:00.000Z'

/** @param patterns as `run` takes them */
export async function wholeMatrix(patterns: readonly string[]): Promise<Results> {
  return resultsOf(makePlan(await openMatrix('matrix'), patterns))
}

/** @param decided what decides a cell, where a later run is to take it over */
export async function resultsOf(plan: Plan, decided: DecidedOf = () => undefined): Promise<Results> {
  const { cells: recorded } = await loadRecord('matrix')
  const verdicts = new Map(recorded.map((cell) => [cellId(cell), cell.verdict]))
  const header = makeHeader({
    plan,
    servers: [],
    prepared: plan.clients.map((client) => ({ client, kind: 'not-run', reason: '' })),
    tool: '0.1.0',
    runtime: 'embedded',
    startedAt: new Date(STARTED),
    earlier: { clients: new Map(), servers: new Map() },
  })
  const cells = plan.units.flatMap(({ client, columns }) =>
    columns.flatMap(({ server, probes }) =>
      probes.map((probe) => {
        const id = { server: server.id, client: client.id, probe: probe.id }
        const cell = cellOf(id, { client, probe, verdict: verdicts.get(cellId(id)) ?? 'native' })
        return { ...cell, decided: decided(id) ?? null }
      }),
    ),
  )
  return { header, cells, complete: true }
}

/** As a results file. */
export function writeResults({ header, cells }: Results, file: string): void {
  const footer = { kind: 'footer', finishedAt: STARTED, cells: cells.length } as const
  const descriptor = openSync(file, 'w')
  for (const line of [header, ...cells, footer]) writeSync(descriptor, lineText(line))
  closeSync(descriptor)
}

interface Asked {
  readonly client: Client
  readonly probe: Probe
  readonly verdict: Verdict
}

function cellOf(id: CellId, { client, probe, verdict }: Asked): Cell {
  const entry = entryFor(probe, client)
  const recipes = entry?.recipes ?? []
  const absent = verdict === 'server' ? [] : [...(entry?.absent ?? [])]
  const attempts = attemptsOf(recipes, verdict).map(([recipe, outcome]) => attemptOf(probe, recipe, outcome))
  const [first] = attempts
  const judged =
    verdict === 'server' && first
      ? judgeBelowGate(first, `the control failed: 42601 syntax error on ${id.server}`)
      : judge(attempts, absent)
  return {
    ...{ kind: 'cell', ...id, decided: null, ...judged, verdict },
    ...{ key: entry?.key ?? null, absent, attempts, startedAt: STARTED, ms: 40 },
  }
}

/** From the best level down to the one that decided. */
function attemptsOf(recipes: readonly Recipe[], verdict: Verdict): [Recipe, Outcome][] {
  const tried = LEVELS.flatMap((level) => recipes.find((recipe) => recipe.level === level) ?? [])
  if (verdict === 'server') return tried.slice(0, 1).map((recipe) => [recipe, 'raised'])
  if (verdict === 'broken') return tried.slice(0, 1).map((recipe) => [recipe, 'wrong-value'])
  const deciding = tried.findIndex(({ level }) => level === verdict)
  if (deciding < 0) return tried.map((recipe) => [recipe, 'raised'])
  return tried.slice(0, deciding + 1).map((recipe, at) => [recipe, at === deciding ? 'held' : 'raised'])
}

function attemptOf(probe: Probe, { level, note, code, place }: Recipe, outcome: Outcome): Attempt {
  const value = { type: 'dict', items: [[text(probe.id), text(probe.title)] as const] }
  const raised = outcome === 'raised'
  return {
    ...{ level, outcome, note: note ?? null, code, file: place.file, line: place.line },
    reason: raised ? `ProgrammingError: ${probe.title} is not to be had here` : 'value and type as expected',
    value: raised ? null : value,
    expected: raised ? null : value,
    figures: {},
    error: raised
      ? { type: 'psycopg2.ProgrammingError', message: probe.title, sqlstate: '42601', line: place.line }
      : null,
    witness: raised ? [] : probe.witness.map(({ sql, rows }) => seen(sql, rows)),
    ...{ output: '', ms: 30, cpuMs: 9 },
  }
}

function seen(sql: string, rows: Probe['witness'][number]['rows']): Attempt['witness'][number] {
  const read = rows.map((row) => [...row])
  return { sql, expected: read, rows: read, error: null }
}

function text(value: string) {
  return { type: 'str', repr: `'${value}'` }
}
