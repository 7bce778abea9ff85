/** Families that are asked a part of the catalogue. */
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkMatrix } from '../../harness/load/check.js'
import { coverage } from '../../harness/load/coverage.js'
import { formatProblem } from '../../harness/load/problem.js'
import { scenario, type Scenario } from './scenario.js'

/** @param globs of asyncpg, as YAML; there is a second probe without a recipe of its */
async function narrowed(files: Scenario, globs: string) {
  const head = 'id: json-other\ntitle: Other\ngroup: JSON\ntier: 2\nsince: any\ndocs: https://example.org/\n'
  await writeFile(
    join(files.folder, 'probes', 'json', 'json-other.yaml'),
    `${head}about: Other.\ncontrol: select 1\nvalue: 1\nrecipes:\n  psycopg2: { native: return value }\n`,
  )
  await appendFile(join(files.folder, 'clients', 'asyncpg.yaml'), `probes: ${globs}\n`)
  const { matrix, problems } = await checkMatrix(files.folder)
  return { matrix, problems: problems.map((problem) => files.shown(formatProblem(problem))) }
}

it.each([
  ['[json-*]', []],
  [
    '[json-good, jsn-*]',
    [
      'matrix/clients/asyncpg.yaml:11:21 no probe for drivers matches "jsn-*" (ids stand in probes/, and stars match parts of them: json-*)',
    ],
  ],
  [
    '[json-other]',
    [
      'matrix/probes/json/json-good.yaml:19:3 asyncpg is not asked "json-good": this recipe would never run (name the probe under probes: of clients/asyncpg.yaml, or take the recipe out)',
    ],
  ],
])('probes: %s', async (globs, messages) => {
  await using files = await scenario()
  expect((await narrowed(files, globs)).problems).toEqual(messages)
})

it.each([
  ['[json-good]', false],
  ['[json-*]', true],
])('asked %s, a missing recipe is a gap: %s', async (globs, isGap) => {
  await using files = await scenario()
  const gaps = coverage((await narrowed(files, globs)).matrix)
  const [other] = gaps.filter(({ probe }) => probe === 'json-other')
  expect(other?.clients.includes('asyncpg-0.32.0')).toBe(isGap)
})
