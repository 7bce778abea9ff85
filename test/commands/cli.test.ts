/** Words in, messages and exit codes out. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { GOOD, WRONG } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { Program, run } from './program.js'

const emptyFolder = () => mkdtempSync(path.join(tmpdir(), 'pgmatrix-empty-'))

describe('wrong use is exit code 2 and says what next', () => {
  const matrix = makeMatrix({ good: GOOD })
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['rum'], /unknown command 'rum'.*run/s],
    ['an unknown option', ['run', '--fast'], /unknown option '--fast'/],
    ['lanes that are no number', ['run', '--lanes', 'many'], /whole number/],
    ['a selector that matches nothing', ['run', '9/*'], /no cell matches 9\/\*.*pgmatrix plan/],
    ['a folder that is no matrix', ['--matrix', '/nowhere', 'run'], /nowhere/],
    [
      'a results file that is not there',
      ['show', 'x', '--results', 'none.jsonl'],
      /none\.jsonl: no such results file/,
    ],
    ['a folder for a results file', ['show', 'x', '--results', '.'], /^\S*\.: this is a folder/m],
    ['no results yet', ['show', 'x'], /no results in results/],
    ['a site that is not there', ['serve'], /pgmatrix render/],
  ])('%s', async (_, words, message) => {
    const { code, stderr } = await run(words.includes('--matrix') ? words : ['--matrix', matrix, ...words])
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})

describe('a bad matrix stops a run before it starts anything', () => {
  it.each(['lint', 'run'])('%s names every problem with its place', async (command) => {
    const matrix = makeMatrix({
      good: GOOD,
      'no-python': { code: 'return value +\n' },
      'no-sql': { ...GOOD, more: { witness: [{ sql: 'selekt 1', rows: [['1']] }] } },
      misspelt: { ...GOOD, more: { sinse: '10' } },
    })
    const program = new Program(['--matrix', matrix, command])
    const { code, stdout, stderr } = await program.ended()
    const said = stdout + stderr
    expect(said).toMatch(/no-python\.yaml:\d+:\d+ /)
    expect(said).toMatch(/no-sql\.yaml:\d+:\d+ /)
    expect(said).toMatch(/misspelt\.yaml:\d+:\d+ unknown key "sinse" \(did you mean "since"\?\)/)
    expect(code).toBe(2)
    expect(readdirSync(program.folder)).toEqual([])
  })
})

describe('surroundings that do not do are exit code 3', () => {
  const matrix = makeMatrix({ good: GOOD })
  const nowhere = {
    npm_config_registry: 'http://127.0.0.1:9/',
    UV_DEFAULT_INDEX: 'http://127.0.0.1:9/',
    PIP_INDEX_URL: 'http://127.0.0.1:9/',
  }

  it('results that cannot be written', async () => {
    const file = path.join(emptyFolder(), 'a-file')
    writeFileSync(file, '')
    const { code, stderr } = await run(['--matrix', matrix, 'run', '--results', path.join(file, 'results')])
    expect(code).toBe(3)
    expect(stderr).toMatch(/cannot write the results to .*--results/)
  })

  it('no network, but everything in the cache, is enough', async () => {
    await run(['--matrix', matrix, 'run'])
    const { code, stdout } = await run(['--matrix', matrix, 'run'], nowhere)
    expect(stdout).toMatch(/native 18/)
    expect(code).toBe(0)
  })
})

describe('a run', () => {
  it('tells what it found, keeps it, and shows the evidence again', async () => {
    const matrix = makeMatrix({ good: GOOD, 'returns-wrong-value': WRONG['returns-wrong-value'] })
    const program = new Program(['--matrix', matrix, 'run', '--site', 'pages'])
    const { code, stdout } = await program.ended()
    expect(code).toBe(0)
    expect(stdout).toMatch(/2 cells: native 1 · broken 1/)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^site: file:\/\/.*\/pages\/index\.html$/)
    expect(readdirSync(path.join(program.folder, 'pages'))).toContain('index.html')
    const [results = ''] = readdirSync(path.join(program.folder, 'results'))
    const file = path.join(program.folder, 'results', results)
    const shown = await run(['show', '18/psycopg2-2.9.13/returns-wrong-value', '--results', file])
    expect(shown.stdout).toMatch(/broken\n.*returned int 2, expected int 1/)
    expect(shown.stdout).toContain("pgmatrix run '18/psycopg2-2.9.13/returns-wrong-value'")
    const wrong = await run(['show', '18/psycopg2-2.9.13/returns-wrong-valeu', '--results', file])
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean 18/psycopg2-2.9.13/returns-wrong-value?'),
    })
  })

  it.each<[string[], number, RegExp]>([
    [['--quiet'], 0, /^$/],
    [['--verbose'], 0, /\nnative +\d+ ms  18\/psycopg2-2\.9\.13\/good\n/],
    [['--quiet', '--verbose'], 2, /'--quiet' cannot be used with option '--verbose'/],
  ])('%j', async (words, code, said) => {
    const ended = await run(['--matrix', makeMatrix({ good: GOOD }), 'run', ...words])
    expect(ended.stderr).toMatch(said)
    expect({ code: ended.code, isSummed: ended.stdout.includes('1 cells: native 1') }).toEqual({
      code,
      isSummed: code === 0,
    })
  })

  it('says the same as JSON lines', async () => {
    const { code, stdout } = await run(['--json', '--matrix', makeMatrix({ good: GOOD }), 'run'])
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(code).toBe(0)
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['started', 'client', 'cell', 'finished']),
    )
  })

  it('with a verdict that could not be reached ends with exit code 1', async () => {
    const more = { control: 'select no_such_function()' }
    expect((await run(['--matrix', makeMatrix({ asked: { ...GOOD, more } }), 'run'])).code).toBe(1)
  })
})
