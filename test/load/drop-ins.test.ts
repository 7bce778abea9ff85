/** Families that take the recipes of another one, or have none. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkMatrix } from '../../harness/load/check.js'
import { coverage } from '../../harness/load/coverage.js'
import { formatProblem } from '../../harness/load/problem.js'
import { scenario, type Scenario } from './scenario.js'

const FACTS = 'kind: driver\nabout: A drop-in.\ndocs: https://example.org/\nsource: https://example.org/\n'

/** @param recipes as YAML; @param versions of its releases */
async function addFamily(
  files: Scenario,
  name: string,
  recipes: string,
  versions = ['2.9.13'],
): Promise<void> {
  const releases = versions.map((version) => `- { version: "${version}", python: ">=3.8,<3.14" }\n`).join('')
  const rest = `title: ${name}\npackage: ${name}\ninstall: ["${name}=={version}"]\nreleases:\n${releases}`
  await writeFile(
    join(files.folder, 'clients', `${name}.yaml`),
    `family: ${name}\n${FACTS}${rest}recipes: ${recipes}\n`,
  )
}

/** @param recipes as YAML, by key */
async function addProbe(files: Scenario, recipes: string): Promise<void> {
  const head = 'id: json-taken\ntitle: Taken\ngroup: JSON\ntier: 2\nsince: any\ndocs: https://example.org/\n'
  await writeFile(
    join(files.folder, 'probes', 'json', 'json-taken.yaml'),
    `${head}about: Taken.\ncontrol: select 1\nvalue: 1\nrecipes:\n${recipes}`,
  )
}

/** The probe's entries for a family: key, then code, notes and absences as one text; and all problems. */
async function taken(files: Scenario, family: string) {
  const { matrix, problems } = await checkMatrix(files.folder)
  const entries = matrix.probes.find(({ id }) => id === 'json-taken')?.entries ?? []
  const own = entries.filter(({ key }) => key.startsWith(family))
  const told = own.map(({ key, recipes, absent, place }) => ({
    key,
    text: [...recipes.flatMap(({ note, code }) => (note ? [note, code] : [code])), ...absent].join('\n'),
    lines: [place.line, ...recipes.map((recipe) => recipe.place.line)],
  }))
  return { entries: told, problems: problems.map((problem) => files.shown(formatProblem(problem))) }
}

it('names of modules are replaced as whole words, all at once; places stay those of the original', async () => {
  await using files = await scenario()
  await addFamily(files, 'other', '{ of: psycopg2, replace: { psycopg2: other, psycopg2.extras: psycopg2 } }')
  const code = 'import psycopg2\n        return psycopg2.connect, "my_psycopg2 psycopg29", value.psycopg2\n'
  const partial = `    partial:\n      note: psycopg2.extras comes first\n      code: |\n        ${code}`
  await addProbe(files, `  psycopg2:\n${partial}    absent: psycopg2.extras.Json\n`)
  expect(await taken(files, 'other')).toEqual({
    entries: [
      {
        key: 'other',
        text:
          'psycopg2 comes first\nimport other\nreturn other.connect, "my_psycopg2 psycopg29", value.psycopg2\n' +
          'psycopg2.Json',
        lines: [11, 15],
      },
    ],
    problems: [],
  })
})

const VERSIONS = `  psycopg2: { native: return value }
  psycopg2>=2.9: { native: 'return [value, 2.9]' }
  psycopg2<2.8.7: { native: 'return [value, 2.8]' }
`

it.each([
  [
    'a family: conditions on versions are compared with the releases of the drop-in',
    '{ of: psycopg2 }',
    [
      { key: 'other', text: 'return value' },
      { key: 'other>=2.9', text: 'return [value, 2.9]' },
    ],
  ],
  [
    'a client: what that client runs, whatever the releases of the drop-in are called',
    '{ of: psycopg2-2.8.6 }',
    [{ key: 'other', text: 'return [value, 2.8]' }],
  ],
])('of %s', async (_, recipes, expected) => {
  await using files = await scenario()
  await addFamily(files, 'other', recipes, ['3.0', '2.9'])
  await addProbe(files, VERSIONS)
  const { entries, problems } = await taken(files, 'other')
  expect(entries.map(({ key, text }) => ({ key, text }))).toEqual(expected)
  expect(problems).toEqual([])
})

it('a probe with an entry of its own takes nothing', async () => {
  await using files = await scenario()
  await addFamily(files, 'other', '{ of: psycopg2 }')
  await addProbe(files, `${VERSIONS}  other: { raw: return value }\n`)
  expect((await taken(files, 'other')).entries).toEqual([
    { key: 'other', text: 'return value', lines: [14, 14] },
  ])
})

it('shapes are taken as well, and the Python of what was taken is checked', async () => {
  await using files = await scenario()
  await addFamily(files, 'other', '{ of: psycopg2, replace: { cur: cursor } }')
  await addProbe(files, '  psycopg2: { native: { shape: column } }\n')
  const { entries, problems } = await taken(files, 'other')
  expect(entries.map(({ text }) => text)).toEqual([
    'cursor.execute("insert into sample values (%s)", [value])\nreturn value',
  ])
  expect(problems).toEqual([
    expect.stringMatching(
      /^matrix\/shapes\/column.yaml:7:5 Python: Undefined name `cursor`.*json-taken.yaml:11/,
    ),
  ])
})

it.each([
  ['{ of: psycopg3 }', 'there is no family or client "psycopg3" (did you mean "psycopg2"?)'],
  [
    '{ of: psycopg2-2.9.12 }',
    'there is no family or client "psycopg2-2.9.12" (did you mean "psycopg2-2.9.13"?)',
  ],
  ['{ of: other }', 'a family cannot take its own recipes'],
  ['non', '"recipes" cannot be "non" (did you mean "none"?)'],
  ['{ of: third }', 'third takes its recipes itself (of: asyncpg)'],
  ['{ of: fourth }', 'fourth has no recipes'],
  [
    '{ of: psycopg2, replace: { "psycopg2 ": other } }',
    'key "psycopg2 " must be the name of a Python module',
  ],
])('%s: %s', async (recipes, message) => {
  await using files = await scenario()
  await addFamily(files, 'third', '{ of: asyncpg }')
  await addFamily(files, 'fourth', 'none')
  await addFamily(files, 'other', recipes)
  const { problems } = await taken(files, 'other')
  expect(problems).toEqual([expect.stringContaining(message)])
})

it('a family without recipes needs no entry', async () => {
  await using files = await scenario()
  await addFamily(files, 'other', 'none')
  await addFamily(files, 'third', '{ of: asyncpg }')
  const { matrix, problems } = await checkMatrix(files.folder)
  expect(problems).toEqual([])
  expect(matrix.clients.map(({ id }) => id)).toEqual(expect.arrayContaining(['other-2.9.13', 'third-2.9.13']))
  expect(coverage(matrix)).toEqual([])
})
