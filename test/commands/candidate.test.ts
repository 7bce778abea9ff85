/** A checkout, a wheel or a release that the matrix does not have, against the record of the newest one. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readResults } from '../../harness/results/read.js'
import { CLIENT, makeMatrix } from '../run/made-matrix.js'
import { wentWell } from '../package/surroundings.js'
import { run } from './program.js'

const place = mkdtempSync(path.join(tmpdir(), 'pgmatrix-candidate-'))
const matrix = makeMatrix({
  version: { code: 'import psycopg2\nreturn psycopg2.__version__.split()[0]', value: '2.9.13' },
  one: { code: 'return 1' },
})
const tried = (word: string, ...more: string[]) =>
  run([
    '--matrix',
    matrix,
    'run',
    '--client',
    word,
    '--runtime',
    'embedded',
    '--results',
    path.join(place, 'tried'),
    ...more,
  ])

const results = path.join(place, 'results')
const newest = () => path.join(results, readdirSync(results)[0] ?? '')

beforeAll(async () => {
  wentWell(await run(['--matrix', matrix, 'run', '*', '--runtime', 'embedded', '--results', results]))
  wentWell(await run(['--matrix', matrix, 'accept', '--results', newest()]))
}, 120_000)

it('another release is run alone, and what it does otherwise is told', async () => {
  const { code, stdout } = await tried('psycopg2@2.9.12')
  expect(stdout).toContain('2 cells: native 1 · broken 1')
  expect(stdout).toContain(`${CLIENT} (record) → psycopg2-2.9.12: 1 cell: worse 1`)
  expect(stdout).toContain('version  native → broken  18')
  expect(code).toBe(1)
}, 120_000)

describe('a checkout', () => {
  /** The package's own name and version, around psycopg2 as it is. */
  const checkout = path.join(place, 'checkout')
  beforeAll(async () => {
    const { header } = await readResults(newest())
    const python = header.clients[0]?.python?.split('.').slice(0, 2).join('.') ?? ''
    const download = [
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--python-version',
      python,
    ]
    execFileSync('python3', ['-m', 'pip', ...download, 'psycopg2-binary==2.9.13', '--dest', place])
    const [wheel = ''] = readdirSync(place).filter((name) => name.endsWith('.whl'))
    mkdirSync(checkout)
    execFileSync('python3', ['-m', 'zipfile', '-e', path.join(place, wheel), checkout])
    const init = path.join(checkout, 'psycopg2/__init__.py')
    writeFileSync(init, `${readFileSync(init, 'utf8')}\n__version__ = "2.9.14.dev0 (a branch)"\n`)
    writeFileSync(
      path.join(checkout, 'pyproject.toml'),
      `[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "psycopg2-binary"
version = "2.9.14.dev0"

[tool.hatch.build.targets.wheel.force-include]
psycopg2 = "psycopg2"
"psycopg2_binary.libs" = "psycopg2_binary.libs"
`,
    )
  }, 120_000)

  it('is built, run alone and compared; once more, nothing has to run', async () => {
    const first = await tried(`psycopg2@${checkout}`)
    expect(`${first.stdout}${first.stderr}`).toContain(
      `${CLIENT} (record) → psycopg2-2.9.14.dev0.checkout: 1 cell: worse 1`,
    )
    expect(first.code).toBe(1)
    const again = await tried(`psycopg2@${checkout}`, '--json')
    expect(again.stdout).not.toContain('"type":"cell"')
    expect(JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'compared' })
  }, 180_000)
})

it.each([
  ['psycopg2', 'a family and what to try of it is needed'],
  ['psycopg@3.4', 'there is no family psycopg (did you mean psycopg2?)'],
  ['psycopg2@nowhere', 'nowhere: no such folder or wheel, and no version'],
  [`psycopg2@${matrix}`, 'does not build into a wheel'],
])(
  '%s: %s',
  async (word, message) => {
    const { code, stderr } = await tried(word)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
  },
  60_000,
)
