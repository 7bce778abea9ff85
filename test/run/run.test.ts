/** Runs over a real server with a real psycopg2, and recipes that misbehave. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../harness/commands/run.js'
import type { RunEvent } from '../../harness/core/events.js'
import type { Cell } from '../../harness/core/result.js'
import type { Verdict } from '../../harness/core/verdict.js'
import { readResults } from '../../harness/results/read.js'
import {
  CRASHES_ITS_SERVER,
  GOOD,
  killed,
  KILLS_ITS_SERVER,
  STRAYS_TO_ANOTHER_SERVER,
  WRONG,
} from './fakes/recipes.js'
import { CLIENT, EMBEDDED, makeMatrix, type MadeProbe } from './made-matrix.js'

async function runMade(probes: Record<string, MadeProbe>, matrix = makeMatrix(probes), lanes = 1) {
  const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
  const events: RunEvent[] = []
  const signal = new AbortController().signal
  const emit = (event: RunEvent) => events.push(event)
  const { file, complete } = await runCommand({
    patterns: [],
    matrix,
    results,
    lanes,
    emit,
    signal,
    ...EMBEDDED,
  })
  const { cells } = await readResults(file)
  const cell = (probe: string): Cell => {
    const found = cells.find((candidate) => candidate.probe === probe)
    if (!found) throw new Error(`no cell ${probe}`)
    return found
  }
  return { complete, cells, cell, incidents: events.filter(({ type }) => type === 'incident'), file, results }
}

describe('a recipe that runs to its end', () => {
  it('gets the verdict of what was seen, and both values are in the evidence', async () => {
    const { cell } = await runMade({ good: GOOD, ...WRONG })
    expect(cell('good')).toMatchObject({ verdict: 'native', client: CLIENT, server: '18' })
    expect(cell('returns-wrong-value')).toMatchObject({
      verdict: 'broken',
      attempts: [{ outcome: 'wrong-value', value: { repr: '2' }, expected: { repr: '1' } }],
    })
    expect(cell('returns-wrong-type')).toMatchObject({
      verdict: 'unsupported',
      attempts: [{ outcome: 'wrong-type', value: { type: 'str' }, expected: { type: 'int' } }],
    })
    expect(cell('raises')).toMatchObject({
      verdict: 'unsupported',
      attempts: [{ error: { sqlstate: '42P01' } }],
    })
    expect(cell('leaves-wrong-effect')).toMatchObject({
      verdict: 'broken',
      attempts: [{ outcome: 'wrong-effect', witness: [{ expected: [['1']], rows: [['2']] }] }],
    })
    expect(cell('forgets-its-effect')).toMatchObject({
      verdict: 'broken',
      attempts: [{ witness: [{ rows: [] }] }],
    })
  })

  it('goes down the levels to the first that holds', async () => {
    const raises = 'raise RuntimeError("no")\n'
    const recipes = {
      psycopg2: { native: raises, partial: { note: 'after something', code: raises }, raw: GOOD.code },
    }
    const { cell } = await runMade({ falls: { ...GOOD, more: { recipes } } })
    expect(cell('falls').verdict).toBe('raw')
    expect(cell('falls').attempts.map(({ level, outcome }) => [level, outcome])).toEqual([
      ['native', 'raised'],
      ['partial', 'raised'],
      ['raw', 'held'],
    ])
  })
})

describe('the server decides first', () => {
  const missing = { sql: 'select no_such_function()', absent: ['42883'] }
  const unnamed = { sql: 'select no_such_function()', absent: ['42P01'] }
  const needsIt = { code: 'cur.execute("select no_such_function()")\nreturn value\n' }
  it.each<[string, MadeProbe, unknown, Verdict]>([
    ['it has the feature', GOOD, 'select 1', 'native'],
    ['it lacks the feature and the recipe fails', needsIt, missing, 'server'],
    [
      'it lacks the feature and the recipe does something else',
      WRONG['returns-wrong-value'],
      missing,
      'broken',
    ],
    ['it lacks the feature and the client has it by other means', GOOD, missing, 'native'],
    ['it answers otherwise than the probe says', GOOD, unnamed, 'error'],
  ])('%s', async (_, probe, control, verdict) => {
    const { cell } = await runMade({ asked: { ...probe, more: { control } } })
    expect(cell('asked').verdict).toBe(verdict)
  })

  it('an extension that it does not have', async () => {
    const { cell } = await runMade({ asked: { ...GOOD, more: { extensions: ['no_such_extension'] } } })
    expect(cell('asked')).toMatchObject({
      verdict: 'server',
      reason: expect.stringContaining('no_such_extension'),
    })
  })
})

describe('an absence', () => {
  const absent = (name: string) => ({ ...GOOD, more: { recipes: { psycopg2: { absent: name } } } })

  it('is verified against the installed package', async () => {
    const { cell } = await runMade({
      'is-absent': absent('psycopg2.extensions.connection.pipeline'),
      'is-misspelt': absent('psycopq2.extensions'),
      'is-there': absent('psycopg2.extensions.connection.cursor'),
    })
    expect(cell('is-absent')).toMatchObject({ verdict: 'unsupported', absent: [expect.any(String)] })
    expect(cell('is-there')).toMatchObject({
      verdict: 'error',
      reason: expect.stringContaining('write a recipe'),
    })
  })
})

describe('a server that goes down', () => {
  it.each([
    ['one backend was killed', CRASHES_ITS_SERVER],
    ['the whole server was killed', KILLS_ITS_SERVER],
  ])('%s: the culprit is found and its neighbours are unharmed', async (_, culprit) => {
    const probes = { a: GOOD, b: GOOD, culprit, d: GOOD, e: GOOD }
    const { cell, complete, incidents } = await runMade(probes, makeMatrix(probes, ['17', '18']), 2)
    expect(complete).toBe(true)
    expect(cell('culprit')).toMatchObject({
      verdict: 'crash',
      reason: expect.stringMatching(/server went down/),
    })
    for (const neighbour of ['a', 'b', 'd', 'e']) expect(cell(neighbour).verdict).toBe('native')
    expect(incidents.length).toBeGreaterThan(0)
  })
})

describe('a process that something on the machine ends', () => {
  it.each<['getpid' | 'getppid', string]>([
    ['getpid', 'of a recipe'],
    ['getppid', 'of a worker'],
  ])('%s, %s: the client is judged by what it does when it is left alone', async (whose) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-killed-'))
    const probes = {
      twice: killed(2, path.join(folder, 'twice'), whose),
      always: killed(1000, path.join(folder, 'always'), whose),
      good: GOOD,
    }
    const { cell } = await runMade(probes)
    expect(cell('twice')).toMatchObject({ verdict: 'native', attempts: [{ outcome: 'held' }] })
    expect(cell('always')).toMatchObject({ verdict: 'crash', reason: expect.stringMatching(/SIGKILL/) })
    expect(cell('good').verdict).toBe('native')
  })
})

it('a recipe that answers from another server is invalid there, and only there', async () => {
  const probes = { strays: STRAYS_TO_ANOTHER_SERVER }
  const { cells } = await runMade(probes, makeMatrix(probes, ['17', '18']))
  const seen = cells.map(({ server, verdict, reason }) => ({ server, verdict, reason }))
  expect(seen).toContainEqual({ server: '17', verdict: 'native', reason: expect.any(String) })
  expect(seen).toContainEqual({
    server: '18',
    verdict: 'invalid',
    reason: expect.stringMatching(/server version 17/),
  })
})

describe('what a probe gives its recipes', () => {
  it('is in their scope, and what they measure is in the evidence', async () => {
    const given = 'SIZES = [1, 2]\n\n\ndef largest():\n    return max(SIZES)\n'
    const code = 'figure("largest size", largest())\nreturn value\n'
    const { cell } = await runMade({ measures: { code, more: { given } } })
    expect(cell('measures')).toMatchObject({
      verdict: 'native',
      attempts: [{ figures: { 'largest size': 2 } }],
    })
  })

  it('is at fault where it fails: no client is judged by it', async () => {
    const { cell } = await runMade({ fails: { ...GOOD, more: { given: 'NUMBER = int("x")\n' } } })
    expect(cell('fails')).toMatchObject({ verdict: 'error', reason: expect.stringContaining('given, ') })
  })

  it('a password that a recipe tells is not in the results', async () => {
    const code = 'print(password)\nraise ValueError(f"{user}: {password}")\n'
    const { cell } = await runMade({ tells: { code, more: { profile: 'network' } } })
    expect(cell('tells').attempts[0]).toMatchObject({
      output: '[password]\n',
      error: { message: 'probe_scram: [password]' },
    })
  })

  it('a probe for ORMs has no cells of drivers', async () => {
    const { cells } = await runMade({ good: GOOD, other: { ...GOOD, more: { for: 'orms' } } })
    expect(cells.map(({ probe }) => probe)).toEqual(['good'])
  })
})
