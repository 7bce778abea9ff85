/** What a thread of its own writes is what the program itself would write, to the byte. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { wholeMatrix, writeResults } from '../../bench/whole-matrix.js'
import { OthersThread } from '../../harness/render/apart.js'
import { MARKER } from '../../harness/render/models/address.js'
import { viewResults } from '../../harness/render/models/view.js'
import { writeOrigin } from '../../harness/render/origin.js'
import { writeOthers } from '../../harness/render/parts.js'
import { UNPUBLISHED } from '../../harness/render/site.js'

const place = mkdtempSync(path.join(tmpdir(), 'pgmatrix-apart-'))
afterAll(() => rmSync(place, { recursive: true }))

/** Some of those that it writes to. */
const FOLDERS = [
  '.',
  'api/v1/probe',
  'api/v1/schema',
  'badge/client/psycopg-3.3.9',
  'client',
  'data',
  'releases',
]

it('writes the same files', async () => {
  const results = await wholeMatrix(['1{7,8}*/{psycopg-*,django-*,flask-*,sqlalchemy-*,peewee-*}'])
  const [file, templates] = [path.join(place, 'results.jsonl'), path.resolve('templates')]
  writeResults(results, file)
  const part = { templates, site: UNPUBLISHED }
  const [here, apart] = [path.join(place, 'here'), path.join(place, 'apart')]
  const written = await writeOthers(viewResults(results), { ...part, folder: here })
  await writeOrigin({ file, templates }, here)
  await using thread = new OthersThread({ origin: { file, templates }, folder: apart })
  expect(await thread.write(results, { ...part, folder: apart })).toEqual(written)
  const files = contents(here)
  expect(files.size).toBeGreaterThan(500)
  const folders = new Set([...files.keys()].map((name) => path.dirname(name)))
  expect([...folders]).toEqual(expect.arrayContaining(FOLDERS))
  const same = contents(apart)
  expect([...same.keys()]).toEqual([...files.keys()])
  // The marker names the code that wrote the site: here it runs as TypeScript, in the thread as it was compiled.
  expect([...files.keys()].filter((name) => same.get(name) !== files.get(name))).toEqual([MARKER])
}, 120_000)

function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile())
  return new Map(files.map((name) => [name, readFileSync(path.join(folder, name), 'latin1')]))
}
