/** Advice for a project: what its files mean, what is said, and how it ends. */
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Results } from '../../harness/core/result.js'
import { asLines, madeResults } from '../render/made-results.js'
import { run } from './program.js'

const FIXTURES = path.resolve('test/commands/fixtures/advise')
const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-advise-'))

const made = madeResults({
  servers: [13, 15, 17, 18],
  poolers: ['pgbouncer'],
  features: 4,
  everyRelease: true,
})
const [PROBE = '', OTHER = '', THIRD = ''] = made.header.probes.map(({ id }) => id)

/** All is native, but: Django is refused by 13, and psycopg2 loses a feature from 17 on and has a broken one. */
const results = changed(({ server, client, probe }) => {
  if (client.startsWith('django-5') && server === '13')
    return ['refused', 'PostgreSQL 14 or later is required']
  const before2913 = client === 'psycopg2-2.9.5' || client === 'psycopg2-2.8.6'
  if (before2913 && probe === PROBE && Number.parseInt(server) >= 17)
    return ['unsupported', 'no such | type <b>']
  if (client.startsWith('psycopg2') && probe === OTHER) return ['broken', 'returned 1, expected 2']
  return ['native', 'value and type as expected']
})

function changed(
  ends: (cell: Results['cells'][number]) => readonly [Results['cells'][number]['verdict'], string],
): Results {
  const cells = made.cells.map((cell) => {
    const [verdict, reason] = ends(cell)
    return { ...cell, verdict, reason, note: null }
  })
  return { ...made, cells }
}

function file(name: string, results: Results): string {
  const place = path.join(folder, name)
  writeFileSync(place, asLines(results))
  return place
}

const RESULTS = file('results.jsonl', results)

/** A file of the project that asks for these. */
function pins(...lines: string[]): string {
  const place = path.join(mkdtempSync(path.join(folder, 'pins-')), 'requirements.txt')
  writeFileSync(place, lines.map((line) => `${line}\n`).join(''))
  return place
}

const fixture = (...parts: string[]) => path.join(FIXTURES, ...parts)
const advise = (...words: string[]) => run(['advise', '--results', RESULTS, ...words])
const adviseJson = async (...words: string[]) => {
  const { stdout, stderr, code } = await run(['--json', 'advise', '--results', RESULTS, ...words])
  if (stdout === '') throw new Error(stderr)
  return { ...JSON.parse(stdout), code }
}

describe('what a file means', () => {
  it.each([
    ['uv.lock', ['-r', fixture('uv', 'uv.lock')]],
    ['poetry.lock', ['-r', fixture('poetry', 'poetry.lock')]],
    ['pylock.toml', ['-r', fixture('pylock', 'pylock.toml')]],
    ['an extra', ['-r', fixture('pyproject', 'pyproject.toml'), '--extra', 'postgres']],
    ['a group', ['-r', fixture('pyproject', 'pyproject.toml'), '--group', 'driver']],
    ['requirements and those that they name', ['-r', fixture('requirements', 'requirements.txt')]],
    [
      'ranges and the lock made from them',
      ['-r', fixture('pyproject', 'pyproject.toml'), fixture('uv', 'uv.lock')],
    ],
  ])('%s', async (_, words) => {
    const { clients, unknown, unread } = await adviseJson(...words, '--pg', '18')
    expect(clients.map(({ title }: { title: string }) => title)).toEqual([
      'Django 5.2.9 on psycopg2',
      'psycopg2 2.9.9',
    ])
    expect(unknown).toEqual(['sqlparse'])
    expect(unread).toEqual([])
  })

  const titles = async (...words: string[]) => {
    const { clients, unpaired } = await adviseJson(...words, '--pg', '18')
    return [...clients, ...unpaired].map(({ title }: { title: string }) => title)
  }

  it.each([
    ['pyproject', [], ['Django 5.2.9']],
    ['pyproject', ['--group', 'dev'], ['Django 5.2.9 on psycopg2', 'psycopg2 2.9.9']],
    ['pyproject', ['--extra', 'all'], ['Django 5.2.9 on psycopg2', 'psycopg2 2.9.9', 'asyncpg >=0.29']],
    ['poetry-pyproject', [], ['asyncpg >=0.29,<0.30', 'asyncpg >=0.32,<0.33', 'Django >=5.2.0,<5.3']],
    [
      'poetry-pyproject',
      ['--extra', 'postgres', '--group', 'all'],
      [
        'Django >=5.2.0,<5.3 on psycopg2',
        'Django >=5.2.0,<5.3 on psycopg',
        'psycopg2 2.9.9',
        'asyncpg >=0.29,<0.30',
        'asyncpg >=0.32,<0.33',
        'psycopg 3 3.3.9',
      ],
    ],
  ])('%s with %j', async (name, words, expected) => {
    expect(await titles('-r', fixture(name, 'pyproject.toml'), ...words)).toEqual(expected)
  })

  it('what names no release is said, with its place', async () => {
    const { unread } = await adviseJson('-r', fixture('poetry-pyproject', 'pyproject.toml'), '--pg', '18')
    const place = `${fixture('poetry-pyproject', 'pyproject.toml')}: tool.poetry.dependencies`
    expect(unread).toEqual([
      `${place}.peewee: ^3.17 || ^4.0: a range that is not understood here`,
      `${place}.pg8000: an address or a path, which names no release`,
    ])
    const requirements = fixture('elsewhere', 'requirements.txt')
    const { stdout } = await advise('-r', requirements, '--pg', '18')
    expect(stdout).toContain(
      `  ${requirements}:1: pg8000 @ git+https://example.org/pg8000.git: an address or a path`,
    )
    expect(stdout).toContain(`  ${requirements}:2: https://example.org/constraints.txt: an address`)
  })

  it('as PowerShell writes it', async () => {
    const place = pins()
    writeFileSync(place, Buffer.from('\uFEFFpsycopg2==2.9.13\r\nsqlparse\r\n', 'utf16le'))
    expect(await titles('-r', place)).toEqual(['psycopg2 2.9.13'])
  })

  it('without one, the first that is here, and says which', async () => {
    const here = mkdtempSync(path.join(folder, 'here-'))
    for (const [name, file] of [
      ['pyproject', 'pyproject.toml'],
      ['requirements', 'requirements.txt'],
    ] as const)
      cpSync(fixture(name, file), path.join(here, file))
    const words = ['advise', '--results', RESULTS, '--pg', '18']
    expect((await run(words, {}, here)).stdout).toMatch(/^pyproject\.toml on PostgreSQL 18\.4: /)
    cpSync(fixture('uv', 'uv.lock'), path.join(here, 'uv.lock'))
    expect((await run(words, {}, here)).stdout).toMatch(/^uv\.lock on PostgreSQL 18\.4: /)
  })

  it('the newest results of the folder are taken', async () => {
    const here = mkdtempSync(path.join(folder, 'here-'))
    mkdirSync(path.join(here, 'results'))
    cpSync(RESULTS, path.join(here, 'results', '2026-11-23.jsonl'))
    const { code, stdout } = await run(['advise', '-r', pins('psycopg2==2.9.13'), '--pg', '18'], {}, here)
    expect(stdout).toContain('results/2026-11-23.jsonl, of a run on 2026-11-23\n')
    expect(code).toBe(0)
  })
})

describe('what is said', () => {
  const project = pins('Django==5.2.9', 'psycopg2==2.9.5', 'sqlparse')

  it('what breaks on the way, since when, why, and who would not', async () => {
    const { code, stdout, stderr } = await advise('-r', project, '--pg', '18', '--from', '13')
    expect(stdout).toBe(`${project} from PostgreSQL 13.4 to PostgreSQL 18.4: 1 feature breaks

Clients
  Django 5.2.9 on psycopg2: tested as Django 5.2.9 on psycopg2 2.9.13. It ran on psycopg2 2.9.13, not 2.9.5.
  psycopg2 2.9.5: tested as psycopg2 2.9.5.
  No client of these results, nothing is said of them: sqlparse

Breaks on the way from 13 to 18
  psycopg2 2.9.5
    ${PROBE}: native → unsupported, breaks somewhere after 15, at 17 at the latest (${made.header.probes[0]?.title})
      no such | type <b>
      psycopg2 2.9.13 would keep it

Becomes possible or better on 18
  Django 5.2.9 on psycopg2
    possible 4: ${made.header.probes.map(({ id }) => id).join(', ')}

Works on PostgreSQL 18.4
  Django 5.2.9 on psycopg2
    native 4
    by group: ${made.header.groups[0]} 4/4
  psycopg2 2.9.5
    native 2 · unsupported 1 · broken 1
    by group: ${made.header.groups[0]} 2/4

Does not work on PostgreSQL 18.4
  psycopg2 2.9.5
    broken 1
      ${OTHER}: returned 1, expected 2
    unsupported 1
      ${PROBE}: no such | type <b> · psycopg2 2.9.13 can

Read
  ${project}
  ${RESULTS}, of a run on 2026-11-23
  evidence: pgmatrix show '18/django-5.2.9+psycopg2-2.9.13/<feature>' --results ${RESULTS}
`)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  })

  it('a client that refuses the server, with the nearest that does not', async () => {
    const { code, stdout } = await advise('-r', project, '--pg', '13')
    expect(stdout).toContain('on PostgreSQL 13.4: 1 client is refused\n')
    expect(stdout).toContain(`Refused on PostgreSQL 13.4
  Django 5.2.9 on psycopg2
    4 features: PostgreSQL 14 or later is required
      Django 6.1.3 on psycopg2 2.9.13 would not
`)
    expect(code).toBe(1)
  })

  it('what is broken without a server to come from is named, and is 0', async () => {
    const { code, stdout } = await advise('-r', pins('psycopg2==2.9.13'), '--pg', '18')
    expect(stdout).toContain(': no client is refused\n')
    expect(stdout).toContain(`    broken 1\n      ${OTHER}: returned 1, expected 2\n`)
    expect(code).toBe(0)
  })

  it('a release between two tested ones: what they agree on, and no more', async () => {
    const words = ['-r', pins('psycopg2==2.9.9'), '--pg', '18', '--from', '13'] as const
    const { code, stdout } = await advise(...words)
    expect(stdout).toContain('not tested itself. Shown is what psycopg2 2.9.5 and psycopg2 2.9.13 agree on.')
    expect(stdout).toContain(`    not known 1 (the releases on both sides differ): ${PROBE}\n`)
    expect(stdout).toContain(': nothing breaks that is known\n')
    expect(code).toBe(0)
  })

  it('behind a pooler', async () => {
    const { stdout } = await advise('-r', project, '--pg', '18+pgbouncer', '--from', '17')
    expect(stdout).toContain('from PostgreSQL 17.4 to PostgreSQL 18.4 behind PgBouncer in transaction mode: ')
  })

  it('--all names every feature', async () => {
    const { stdout } = await advise('-r', pins('psycopg2==2.9.13'), '--pg', '18', '--all')
    for (const { id, title } of made.header.probes)
      expect(stdout).toContain(`    ${id}: ${id === OTHER ? 'broken' : 'native'} (${title})\n`)
  })

  it('as Markdown, nothing of a results file is more than text', async () => {
    const { stdout, code } = await advise('-r', project, '--pg', '18', '--from', '13', '--markdown')
    expect(stdout).toContain('### Breaks on the way from 13 to 18\n\n- psycopg2 2.9.5\n')
    expect(stdout).toContain(String.raw`    - no such \| type \<b\>`)
    expect(code).toBe(1)
  })

  it('as JSON, every feature stands by itself', async () => {
    const { clients, on, from, complete, code } = await adviseJson(
      '-r',
      project,
      '--pg',
      '18',
      '--from',
      '13',
    )
    expect({ on: on.id, from: from.id, complete, code }).toEqual({
      on: '18',
      from: '13',
      complete: true,
      code: 1,
    })
    expect(clients[1]).toMatchObject({
      title: 'psycopg2 2.9.5',
      tested: { kind: 'exact', version: '2.9.5' },
      clients: [{ id: 'psycopg2-2.9.5', title: 'psycopg2 2.9.5' }],
      breaks: [{ probe: PROBE, was: 'native', is: 'unsupported', at: '17', after: '15', gap: true }],
      keepsAll: 'psycopg2 2.9.13',
    })
    const third = clients[1].features.find(({ probe }: { probe: string }) => probe === THIRD)
    expect(third).toMatchObject({ verdict: 'native' })
  })

  it('no package at all is 4', async () => {
    const { code, stdout } = await advise('-r', pins('# none yet'), '--pg', '18')
    expect(stdout).toContain('Clients\n  No package is named.\n')
    expect(code).toBe(4)
  })

  it('nothing known is 4', async () => {
    const { code, stdout } = await advise('-r', pins('sqlparse', 'gunicorn'), '--pg', '18')
    expect(stdout).toContain(': nothing is known\n')
    expect(stdout).toContain('nothing is said of them: sqlparse, gunicorn\n')
    expect(code).toBe(4)
  })

  it('what was cut off is said; nothing that breaks so far is not nothing', async () => {
    const torn = file('torn.jsonl', { ...results, complete: false })
    const { code, stderr } = await run([
      'advise',
      '--results',
      torn,
      '-r',
      pins('psycopg2==2.9.13'),
      '--pg',
      '18',
    ])
    expect(stderr).toContain('cells are missing')
    expect(code).toBe(4)
  })
})

describe('wrong use ends with 2, and says where and what next', () => {
  const good = pins('psycopg2==2.9.13')
  it.each<[string, string[], RegExp]>([
    [
      'a line that is none',
      ['-r', fixture('bad', 'requirements.txt'), '--pg', '18'],
      /bad\/requirements\.txt:2: "psycopg2=2\.9\.9" is no requirement.*such as psycopg2==2\.9\.13/,
    ],
    ['no such file', ['-r', 'nowhere.txt', '--pg', '18'], /nowhere\.txt: no such file/],
    [
      'an unknown format',
      ['-r', 'Pipfile', '--pg', '18'],
      /Pipfile: its name tells no format\. Known are uv\.lock, /,
    ],
    ['no file here', ['--pg', '18'], /no uv\.lock, .* or requirements\.txt in this folder\..* -r/],
    [
      'no such server',
      ['-r', good, '--pg', '18+pgbouncr'],
      /--pg 18\+pgbouncr: .*did you mean "18\+pgbouncer"\?/,
    ],
    [
      'no such server to come from',
      ['-r', good, '--pg', '18', '--from', '12'],
      /--from 12: the results have no such server/,
    ],
    ['the way back', ['-r', good, '--pg', '13', '--from', '18'], /--from 18 is newer than --pg 13/],
    ['no way', ['-r', good, '--pg', '18', '--from', '18'], /--from 18 is the server of --pg/],
    ['no server', ['-r', good], /required option '--pg <server>' not specified/],
    [
      'no such results',
      ['-r', good, '--pg', '18', '--results', 'nowhere.jsonl'],
      /nowhere\.jsonl: no such results file/,
    ],
  ])('%s', async (_, words, message) => {
    const { code, stderr } = await advise(...words)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('no results', async () => {
    const { code, stderr } = await run(['advise', '-r', good, '--pg', '18'])
    expect(stderr).toMatch(/no results in results: run `pgmatrix run` first/)
    expect(code).toBe(2)
  })
})
