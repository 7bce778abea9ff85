/** What `clients/<family>.yaml` says of a project, and what a probe for drivers gives its recipes. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkMatrix } from '../../harness/load/check.js'
import { loadMatrix } from '../../harness/load/load.js'
import { formatProblem } from '../../harness/load/problem.js'
import { scenario, type Scenario } from './scenario.js'

const GOOD = `paradigm: async
licence: LGPL-3.0-or-later WITH openvpn-openssl-exception
maintenance:
  status: maintained
  as-of: 2026-09-09
  statement: It is kept alive.
  source: https://example.org/news
documented:
  servers: 9.5 to 18
  source: https://example.org/docs
`

async function append({ folder }: Scenario, file: string, text: string): Promise<void> {
  const path = join(folder, file)
  await writeFile(path, `${await readFile(path, 'utf8')}\n${text}`)
}

async function problemsOf({ folder, shown }: Scenario): Promise<string[]> {
  return (await checkMatrix(folder)).problems.map((problem) => shown(formatProblem(problem)))
}

describe('a project', () => {
  it('is read with its sources; where the Pythons stand is where the servers do', async () => {
    await using files = await scenario()
    await append(files, 'clients/asyncpg.yaml', GOOD)
    const loaded = await loadMatrix(files.folder)
    const family =
      'problems' in loaded ? undefined : loaded.matrix.families.find(({ id }) => id === 'asyncpg')
    expect(family).toMatchObject({
      paradigm: 'async',
      licence: 'LGPL-3.0-or-later WITH openvpn-openssl-exception',
      maintenance: { status: 'maintained', asOf: '2026-09-09', statement: 'It is kept alive.' },
      documented: {
        servers: '9.5 to 18',
        pythons: null,
        source: 'https://example.org/docs',
        pythonsSource: 'https://example.org/docs',
      },
    })
  })

  it.each([
    ['paradigm: async', 'paradigm: asnyc', '"paradigm" cannot be "asnyc" (did you mean "async"?)'],
    ['WITH openvpn-openssl-exception', 'with an exception', '"licence" must be an SPDX expression'],
    ['status: maintained', 'status: dead', '"maintenance.status" cannot be "dead"'],
    ['as-of:', 'asof:', 'unknown key "asof" (did you mean "as-of"?)'],
    ['as-of: 2026-09-09', 'as-of: September', '"maintenance.as-of" must be a date'],
    ['source: https://example.org/news', 'source: somewhere', '"maintenance.source" must be an address'],
    ['servers: 9.5', 'server: 9.5', 'unknown key "server" (did you mean "servers"?)'],
  ])('with %s as %s is a problem', async (good, bad, message) => {
    await using files = await scenario()
    await append(files, 'clients/asyncpg.yaml', GOOD.replace(good, bad))
    expect(await problemsOf(files)).toEqual([expect.stringContaining(message)])
  })
})

describe('what is given to drivers', () => {
  const PROBE = 'probes/json/json-good.yaml'

  it('may use what every driver has, and import with a comment', async () => {
    await using files = await scenario()
    await useGiven(files, 'drivers')
    expect(await problemsOf(files)).toEqual([])
  })

  it('has no names of drivers where ORMs are asked too', async () => {
    await using files = await scenario()
    await useGiven(files, undefined)
    expect(await problemsOf(files)).toEqual([expect.stringContaining('Undefined name `dsn`')])
  })

  async function useGiven(files: Scenario, kind: string | undefined): Promise<void> {
    const path = join(files.folder, PROBE)
    const text = await readFile(path, 'utf8')
    const given = `given: |\n  from runner.wire import Wire  # a relay\n\n  wire = Wire(dsn)\n`
    const native = 'return (value, wire, Wire)'
    const recipes = `recipes:\n  psycopg2: { native: "${native}" }\n`
    await writeFile(
      path,
      `${text.slice(0, text.indexOf('recipes:'))}${kind ? `for: ${kind}\n` : ''}${given}${recipes}`,
    )
  }
})
