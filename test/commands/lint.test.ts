import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeLint, lint } from '../../harness/commands/lint.js'
import { scenario } from '../load/scenario.js'

it('a good matrix is described by what was checked', async () => {
  await using files = await scenario()
  const report = await lint({ folder: files.folder })
  expect(describeLint(report)).toBe('no problems in 1 probe, 4 recipes, 6 clients, 1 server')
})

it('--fix renames keys and quotes numbers, and reports what is left', async () => {
  await using files = await scenario('unknown-key')
  const before = await lint({ folder: files.folder })
  expect(describeLint(before)).toMatch(/\n6 problems, of which `pgmatrix lint --fix` repairs 4$/)
  const after = await lint({ folder: files.folder, fix: true })
  expect(files.shown(describeLint(after))).toBe(
    [
      'matrix/probes/json/json-x.yaml:10:1 unknown key "colour"',
      'matrix/probes/json/json-x.yaml:14:5 what is absent cannot be native too (keep one of the two)',
      '4 problems repaired',
      '2 problems',
    ].join('\n'),
  )
  const text = await readFile(join(files.folder, 'probes', 'json', 'json-x.yaml'), 'utf8')
  expect(text.split('\n').slice(4, 8)).toEqual([
    'since: any',
    'docs: https://www.postgresql.org/docs/current/',
    'about: A paragraph.',
    'control: { sql: select 1, absent: [] }',
  ])
})

it('--fix quotes a number exactly as it is written', async () => {
  await using files = await scenario('wrong-type')
  await lint({ folder: files.folder, fix: true })
  const text = await readFile(join(files.folder, 'probes', 'json', 'json-x.yaml'), 'utf8')
  expect(text).toContain('\nsince: "9.4"\n')
  expect(text).toContain('absent: ["42883", "no"]')
  expect(text).toContain('rows: [["1", true]]')
})
