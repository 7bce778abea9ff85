/** Pythons and a server that this machine has none of: what containers are good for. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { listResults, readResults } from '../../harness/results/read.js'
import { Program } from '../commands/program.js'
import { engineEnvironment, lockedMatrix, onEngine } from './test-engine.js'

const CLIENT = 'pg8000-1.31.6'

/** The matrix in which a client without compiled parts is tried on one Python alone. */
function onPython(minor: number): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-python-')), 'matrix')
  cpSync('matrix', folder, { recursive: true })
  const file = path.join(folder, 'clients', 'pg8000.yaml')
  const family = parse(readFileSync(file, 'utf8'))
  const [newest, ...older] = family.releases
  const narrowed = { ...newest, python: `>=3.${minor},<3.${minor + 1}` }
  writeFileSync(file, stringify({ ...family, releases: [narrowed, ...older] }))
  const locks = readdirSync(path.join(folder, 'locks')).filter((name) => name.includes(CLIENT))
  // The range is in the header of its lock, so that it is resolved again.
  for (const name of locks) rmSync(path.join(folder, 'locks', name))
  return lockedMatrix(folder)
}

it.each([13, 14, 15])('PostgreSQL 19 and Python 3.%i', async (minor) => {
  const words = onEngine(onPython(minor), `19/${CLIENT}/json-*`)
  const program = new Program(words, engineEnvironment())
  const { code, stderr } = await program.ended()
  if (code !== 0) throw new Error(stderr)
  const [file = ''] = await listResults(`${program.folder}/results`)
  const { header, cells } = await readResults(file)
  expect(header.clients.map((client) => client.python?.split('.').slice(0, 2).join('.'))).toEqual([
    `3.${minor}`,
  ])
  expect(header.servers).toMatchObject([{ id: '19', preview: true, versionNum: 190_000 }])
  expect(cells.length).toBeGreaterThan(5)
  expect(
    cells.map(({ verdict }) => verdict).filter((verdict) => verdict === 'native').length,
  ).toBeGreaterThan(5)
})
