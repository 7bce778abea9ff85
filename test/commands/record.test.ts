/** The reviewed record: accepted from real runs, and checked against them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CLIENT, makeMatrix } from '../run/made-matrix.js'
import { wentWell } from '../package/surroundings.js'
import { run, type Ended } from './program.js'

const elsewhere = mkdtempSync(path.join(tmpdir(), 'pgmatrix-elsewhere-'))
/** Each recipe leaves a letter there, so that it can be seen how often it ran. */
const LETTERS = path.join(elsewhere, 'letters')
const leaves = (letter: string) =>
  `with open(${JSON.stringify(LETTERS)}, "a") as file:\n    file.write("${letter}")\nreturn 1`
const PROBES = { kept: { code: leaves('k') }, flips: { code: leaves('f') } }
const matrix = makeMatrix(PROBES)
const RECORD = path.join(matrix, 'expected', 'psycopg2.yaml')
const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))

const pgmatrix = (words: readonly string[], environment = {}): Promise<Ended> =>
  run(['--matrix', matrix, ...words], environment)
const newest = () => path.join(results, readdirSync(results).toSorted().at(-1) ?? 'none yet')
const runAll = (...words: string[]) =>
  pgmatrix(['run', '*', '--runtime', 'embedded', '--results', results, ...words])

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
}

beforeAll(async () => {
  wentWell(await runAll())
}, 120_000)

describe('the record of a matrix', () => {
  it('has to be accepted first', async () => {
    const { code, stderr } = await pgmatrix(['check', '--results', newest()])
    expect(code).toBe(2)
    expect(stderr).toContain('there is no record yet. `pgmatrix accept` makes it from a run')
  })

  it('is written in words, and the same run is as it has it', async () => {
    wentWell(await pgmatrix(['accept', '--results', newest()]))
    expect(readFileSync(RECORD, 'utf8')).toContain(`servers: ['18']
clients:
  - ${CLIENT}
features:
  flips: native 18
  kept: native 18
`)
    const checked = await pgmatrix(['check', '--results', newest()])
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('2 cells') })
  })

  it('accepted once more has the same bytes', async () => {
    const before = readFileSync(RECORD)
    await pgmatrix(['accept', '--results', newest()])
    expect(readFileSync(RECORD)).toEqual(before)
    expect(readdirSync(path.dirname(RECORD))).toEqual(['psycopg2.yaml'])
  })

  it('is strict: a flip, an entry of nothing and a cell that it lacks all fail', async () => {
    edit(RECORD, '  flips: native 18\n', '  flips: unsupported 18\n  gone: native 18\n')
    edit(RECORD, '  kept: native 18\n', '')
    const { code, stdout } = await pgmatrix(['check', '--results', newest()])
    expect(code).toBe(1)
    expect(stdout).toContain('2 cells: better 1 · new 1')
    expect(stdout).toContain(`unsupported → native  ${CLIENT} on 18`)
    expect(stdout).toContain(`the matrix has no longer, and the record still has: 18/${CLIENT}/gone`)
  })

  it('for one cell speaks of that alone', async () => {
    const { code, stdout } = await pgmatrix(['check', `18/*/flips`, '--results', newest()])
    expect({ code, kept: stdout.includes('kept') }).toEqual({ code: 1, kept: false })
  })

  it('tells CI: JUnit, annotations at the line of the recipe, a summary', async () => {
    const [junit, summary] = [path.join(elsewhere, 'junit.xml'), path.join(elsewhere, 'summary.md')]
    const { stdout } = await pgmatrix(['check', '--results', newest(), '--junit', junit, '--github'], {
      GITHUB_STEP_SUMMARY: summary,
    })
    const recipe = /::error file=(\S+\/flips\.yaml),line=(\d+),title=Better%3A flips::/.exec(stdout)
    const lines = readFileSync(recipe?.[1] ?? '', 'utf8').split('\n')
    expect(lines[Number(recipe?.[2]) - 1]).toContain('with open')
    expect(readFileSync(junit, 'utf8')).toMatch(/<testsuite name="psycopg2".* tests="2" failures="2"/)
    expect(readFileSync(summary, 'utf8')).toContain('| better | flips |')
  })

  it('that cannot be read names the place, and nothing is written over it', async () => {
    edit(RECORD, 'flips: unsupported 18', 'flips: unsuported 18')
    const { code, stderr } = await pgmatrix(['accept', '--results', newest()])
    expect(code).toBe(2)
    expect(stderr).toMatch(/psycopg2\.yaml:\d+:\d+ "unsuported" is no verdict/)
    expect(readFileSync(RECORD, 'utf8')).toContain('unsuported')
    edit(RECORD, 'flips: unsuported 18', 'flips: unsupported 18\n  kept: native 18')
  })

  it('makes a run that has seen nothing else confirm what flips by running it twice', async () => {
    writeFileSync(LETTERS, '')
    const { stdout } = await pgmatrix(['run', '*', '--runtime', 'embedded', '--results', elsewhere])
    expect(stdout).toContain('2 cells: native 2')
    expect(readFileSync(LETTERS, 'utf8').split('').toSorted().join('')).toBe('ffk')
  }, 60_000)

  it('refuses a run that was cut off, and one that has what could not be judged', async () => {
    const whole = readFileSync(newest(), 'utf8')
    const cut = path.join(elsewhere, 'cut.jsonl')
    writeFileSync(cut, whole.split('\n').slice(0, -2).join('\n'))
    expect(await pgmatrix(['accept', '--results', cut])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was cut off'),
    })
    const flaky = path.join(elsewhere, 'flaky.jsonl')
    const unmarked = whole.replaceAll(/,"sum":"[0-9a-f]+"(?=\}$)/gm, '')
    writeFileSync(flaky, unmarked.replace('"verdict":"native"', '"verdict":"flaky"'))
    expect(await pgmatrix(['accept', '--results', flaky])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/could not be judged: 18\/\S+ \(flaky\)\. Run them again first/),
    })
  })

  it('loses what the matrix no longer has when it is accepted', async () => {
    await pgmatrix(['accept', '--results', newest()])
    expect(readFileSync(RECORD, 'utf8')).not.toContain('gone')
    expect(existsSync(RECORD)).toBe(true)
  })

  it('takes nothing from a run that the matrix has lost since', async () => {
    const left = path.join(elsewhere, 'left.jsonl')
    const unmarked = readFileSync(newest(), 'utf8').replaceAll(/,"sum":"[0-9a-f]+"(?=\}$)/gm, '')
    writeFileSync(left, unmarked.replaceAll('"kept"', '"left"'))
    expect(await pgmatrix(['accept', '--results', left])).toMatchObject({ code: 0 })
    expect(readFileSync(RECORD, 'utf8')).toContain('flips:')
    expect(readFileSync(RECORD, 'utf8')).not.toContain('left:')
  })
})
