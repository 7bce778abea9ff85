/** Files that no person writes: what is refused, and that it is told. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readMatrix } from '../../harness/load/load.js'
import { formatProblem } from '../../harness/load/problem.js'
import { scenario, type Scenario } from './scenario.js'

async function messages(files: Scenario): Promise<string[]> {
  const { problems } = await readMatrix(files.folder)
  return problems.map((problem) => files.shown(formatProblem(problem)))
}

const bomb = Array.from({ length: 9 }, (_, index) => {
  const aliases =
    index === 0
      ? '[x, x, x, x, x, x, x, x, x]'
      : `[${Array(9)
          .fill(`*a${index - 1}`)
          .join(', ')}]`
  return `a${index}: &a${index} ${aliases}`
})

it.each([
  [
    'a file above a megabyte',
    `id: ${'x'.repeat(1_000_001)}`,
    'file of 1000005 bytes (1000000 bytes at most)',
  ],
  ['aliases that grow without end', bomb.join('\n'), 'aliases (*name) grow without end: 100 at most'],
  ['nesting without end', '['.repeat(100_000), 'nested too deeply'],
])('%s is refused', async (_, text, message) => {
  await using files = await scenario()
  await writeFile(join(files.folder, 'probes', 'json', 'json-x.yaml'), text)
  expect(await messages(files)).toEqual([`matrix/probes/json/json-x.yaml:1:1 ${message}`])
})

it('a symbolic link that leaves the folder is refused, one within it is not', async () => {
  await using files = await scenario()
  const outside = await mkdtemp(join(tmpdir(), 'pgmatrix-outside-'))
  try {
    await writeFile(join(outside, 'secret.yaml'), 'secret: words')
    await symlink(join(outside, 'secret.yaml'), join(files.folder, 'probes', 'json', 'json-x.yaml'))
    await symlink(outside, join(files.folder, 'probes', 'elsewhere'))
    await symlink('column.yaml', join(files.folder, 'shapes', 'other.yaml'))
    const refusal = '1:1 a symbolic link that leaves the folder is not followed'
    expect(await messages(files)).toEqual([
      `matrix/probes/elsewhere/secret.yaml:${refusal}`,
      `matrix/probes/json/json-x.yaml:${refusal}`,
    ])
  } finally {
    await rm(outside, { recursive: true })
  }
})

it('a folder with nothing in it lacks three things', async () => {
  await using files = await scenario()
  await rm(files.folder, { recursive: true })
  await mkdir(files.folder)
  expect(await messages(files)).toEqual([
    'matrix:1:1 there are no clients (pgmatrix new client)',
    'matrix/groups.yaml:1:1 no such file',
    'matrix/servers.yaml:1:1 no such file',
  ])
})

it('a folder that is not there is told', async () => {
  const { problems } = await readMatrix('/nowhere/matrix')
  expect(problems.map(formatProblem)).toEqual([
    '/nowhere/matrix:1:1 no such folder (name a matrix folder, or run in the folder that holds matrix/)',
  ])
})
