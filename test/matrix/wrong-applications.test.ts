/**
 * Applications that are wrong in the ways in which real ones are: the probes of the group "Web stack" must see it. Each is the one of
 * Flask-SQLAlchemy with one view spoilt, and runs in that stack's environment.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { runCommand } from '../../harness/commands/run.js'
import { readResults } from '../../harness/results/read.js'
import { EMBEDDED } from '../run/made-matrix.js'

const GROUP = 'web-stack'
const REAL = 'flask_sqlalchemy'

/** The matrix with the probes for stacks alone, and with one stack. */
function matrixWith(application: string): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-stacks-')), 'matrix')
  cpSync(path.resolve('matrix'), folder, { recursive: true })
  for (const group of readdirSync(path.join(folder, 'probes')))
    if (group !== GROUP) rmSync(path.join(folder, 'probes', group), { recursive: true })
  // What some clients are asked alone is gone.
  for (const name of readdirSync(path.join(folder, 'clients'))) {
    const file = path.join(folder, 'clients', name)
    const { probes: _, ...client } = parse(readFileSync(file, 'utf8'))
    writeFileSync(file, stringify(client))
  }
  for (const file of readdirSync(path.join(folder, 'stacks')))
    if (file !== 'flask.yaml') rmSync(path.join(folder, 'stacks', file))
  const file = path.join(folder, 'stacks', 'flask.yaml')
  const flask = parse(readFileSync(file, 'utf8'))
  const stacks = flask.stacks
    .filter((stack: { application: string }) => stack.application === REAL)
    .map((stack: object) => ({ ...stack, application }))
  writeFileSync(file, stringify({ ...flask, stacks }))
  return folder
}

it.each([
  [REAL, 'web-request-transaction', 'native', /as expected/],
  [REAL, 'web-concurrent-requests', 'native', /as expected/],
  [REAL, 'web-connection-returned', 'native', /as expected/],
  ['fakes.commits_too_early', 'web-request-transaction', 'broken', /half 0/],
  ['fakes.shares_a_connection', 'web-concurrent-requests', 'broken', /returned list/],
  ['fakes.keeps_connections', 'web-connection-returned', 'broken', /at most four': bool False/],
])('%s is asked %s: %s', async (application, probe, verdict, reason) => {
  const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
  const signal = new AbortController().signal
  const where = { patterns: [`18/*/${probe}`], matrix: matrixWith(application), results, ...EMBEDDED }
  const { file } = await runCommand({ ...where, lanes: 1, emit: () => {}, signal })
  const { cells, header } = await readResults(file)
  expect(cells.map((cell) => [cell.verdict, cell.key])).toEqual([[verdict, application]])
  expect(cells[0]?.reason).toMatch(reason)
  expect(header.clients[0]?.stack?.application.map(({ name }) => name)).toContain('app.py')
})
