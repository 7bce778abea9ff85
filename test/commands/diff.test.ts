/** What differs between results, clients and servers: as text, JSON and Markdown, with an exit code. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Cell, Results } from '../../harness/core/result.js'
import { asLines, madeResults } from '../render/made-results.js'
import { run } from './program.js'

const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-diff-'))
const CLIENT = 'psycopg2-2.9.13'
const OTHER = 'psycopg-3.3.9'
const HOSTILE = '</td> | <script>alert(1)</script>\n[here](javascript:0)'

const made = madeResults({ servers: [16, 17, 18], poolers: ['pgbouncer'], features: 5 })
const [PROBE = '', SECOND = ''] = made.header.probes.map(({ id }) => id)
const base = changed(made, () => ({ verdict: 'native', reason: 'value and type as expected' }))

/** The results with other cells; those that are null are left out. */
function changed(results: Results, change: (cell: Cell) => Partial<Cell> | null): Results {
  const cells = results.cells.flatMap((cell) => {
    const other = change(cell)
    return other === null ? [] : [{ ...cell, ...other }]
  })
  return { ...results, header: { ...results.header, cells: cells.length }, cells }
}

function file(name: string, results: Results): string {
  const place = path.join(folder, `${name}.jsonl`)
  writeFileSync(place, asLines(results))
  return place
}

/** One feature of a client is broken from 17 on and not asked on 16; another one is raw on 18. */
const later = changed(base, ({ probe, client, server }) => {
  if (client !== CLIENT) return {}
  if (probe === SECOND && server === '18') return { verdict: 'raw', reason: 'value and type as expected' }
  if (probe !== PROBE) return {}
  return server === '16' ? null : { verdict: 'broken', reason: HOSTILE }
})
const [before, after] = [file('before', base), file('after', later)]

describe('between two files', () => {
  it('says what is worse and why, in one row for all servers that agree, and ends with 1', async () => {
    const { code, stdout, stderr } = await run(['diff', before, after])
    expect(stdout.split('\n').slice(1).join('\n')).toBe(`
Worse
  ${PROBE.padEnd(Math.max(PROBE.length, SECOND.length))}  native → broken  ${CLIENT} on 17, 18, 18+pgbouncer
      </td> | <script>alert(1)</script> [here](javascript:0)
  ${SECOND.padEnd(Math.max(PROBE.length, SECOND.length))}  native → raw     ${CLIENT} on 18

Gone
  ${PROBE}  native → –  ${CLIENT} on 16
`)
    expect(stdout).toContain(`${before} → ${after}: 5 cells: worse 4 · gone 1\n`)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  })

  it('turned round, the same is better and new', async () => {
    const { stdout } = await run(['diff', after, before])
    expect(stdout).toContain(': 5 cells: better 4 · new 1\n')
  })

  it('nothing differs from itself, and that is 0', async () => {
    const { code, stdout } = await run(['diff', before, before])
    expect(stdout).toBe(`${before} → ${before}: no difference\n`)
    expect(code).toBe(0)
  })

  it('as Markdown, nothing of a results file is more than text', async () => {
    const { stdout } = await run(['diff', before, after, '--markdown'])
    const rows = stdout.trim().split('\n').slice(2)
    // However a cell is worded, it ends where the next one begins.
    for (const row of rows) expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(8)
    expect(stdout).toContain(String.raw`\<script\>alert(1)\</script\> \[here\](javascript:0)`)
  })

  it('as JSON, every cell stands by itself', async () => {
    const { stdout } = await run(['--json', 'diff', before, after])
    const { differences, complete } = JSON.parse(stdout)
    expect(complete).toBe(true)
    expect(differences).toHaveLength(5)
    expect(differences).toContainEqual({
      ...{ change: 'gone', probe: PROBE, client: CLIENT, server: '16', after: null },
      before: { verdict: 'native', reason: 'value and type as expected' },
    })
  })

  it('what a run of a selection has not is counted and begun, and no more', async () => {
    const selection = file(
      'selection',
      changed(base, ({ server, client }) => (server === '18' && client === CLIENT ? {} : null)),
    )
    const { stdout } = await run(['diff', before, selection])
    const { clients, probes } = base.header
    const rows = clients.length * probes.length // each with the servers that it has not
    expect(stdout).toContain(`gone ${base.cells.length - probes.length}\n`)
    expect(stdout.trim().split('\n')).toHaveLength(2 + 1 + 40 + 1)
    expect(stdout).toContain(`… and ${rows - 40} more rows: --json has all`)
  })

  it('what was cut off is said; no difference so far is not none', async () => {
    const torn = file('torn', { ...base, complete: false })
    const { code, stderr } = await run(['diff', torn, before])
    expect(stderr).toContain('cells are missing')
    expect(code).toBe(4)
  })
})

describe('within one file', () => {
  it('two clients, over all servers', async () => {
    const { code, stdout } = await run(['diff', OTHER, CLIENT, '--results', after])
    expect(stdout).toMatch(/: 5 cells: worse 4 · gone 1\n/)
    expect(stdout).toMatch(/native → broken {2}17, 18, 18\+pgbouncer\n/)
    expect(code).toBe(1)
  })

  it('two servers, over all clients', async () => {
    const { stdout } = await run(['diff', '17', '18', '--results', after])
    expect(stdout).toMatch(new RegExp(`: 1 cell: worse 1\n\nWorse\n  ${SECOND}  native → raw  ${CLIENT}\n`))
  })

  it.each([
    [
      ['psycopg2-2.9.12', OTHER],
      /psycopg2-2\.9\.12 is no client or server of these results \(did you mean psycopg2-2\.9\.13\?\)/,
    ],
    [[CLIENT, '18'], /are a client and a server/],
    [[before, '18'], /is a results file, and the other side is none/],
    [['nowhere.jsonl', after], /nowhere\.jsonl: no such results file/],
  ])('%j is wrong use', async (sides, message) => {
    const { code, stderr } = await run(['diff', ...sides, '--results', after])
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})
