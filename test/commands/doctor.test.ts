/** What a machine lacks, and the cells that would not run for want of it. */
import { chmodSync, cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeDoctor, examine } from '../../harness/commands/doctor/doctor.js'
import type { Machine } from '../../harness/commands/doctor/finding.js'
import { makePlan, type Plan } from '../../harness/core/plan.js'
import { readMatrix } from '../../harness/load/load.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { run } from './program.js'

const SERVERS = ['18', '18+pgbouncer', '18+pgbouncer-tracking']
const matrix = makeMatrix(
  { one: GOOD, two: GOOD, pooled: { ...GOOD, more: { profile: 'pgbouncer-tracking' } } },
  SERVERS,
)
cpSync('matrix/pythons.yaml', path.join(matrix, 'pythons.yaml'))

let plan: Plan
beforeAll(async () => {
  plan = makePlan((await readMatrix(matrix)).matrix, [])
})

/** A folder with programs that say this when they are asked for their version. */
function programs(says: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-programs-'))
  for (const [name, text] of Object.entries(says)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho '${text}'\n`)
    chmodSync(path.join(folder, name), 0o755)
  }
  return folder
}

const ALL = {
  cc: '',
  pg_config: '',
  git: 'git version 2.39.5',
  uv: 'uv 0.9.1',
  pgbouncer: 'PgBouncer 1.25.2',
}

function machine(changed: Partial<Machine> & { programs?: Record<string, string> } = {}): Machine {
  const folder = programs(changed.programs ?? ALL)
  return {
    env: {
      PATH: folder,
      LANG: 'en_GB.UTF-8',
      PGMATRIX_PGBOUNCER: path.join(folder, 'pgbouncer'),
      ...changed.env,
    },
    platform: 'linux-x64',
    cache: tmpdir(),
    node: '20.20.2',
    now: new Date('2027-01-01T00:00:00Z'),
    interpreters: [{ path: '/usr/bin/python3', version: '3.13.0' }],
    ...changed,
  }
}

/** The lines of one subject. */
async function said(changed: Parameters<typeof machine>[0], subject: string): Promise<string> {
  const findings = await examine(machine(changed), plan)
  return describeDoctor(findings.filter((one) => one.subject === subject))
}

const without = (...names: (keyof typeof ALL)[]) => ({
  programs: Object.fromEntries(Object.entries(ALL).filter(([name]) => !names.some((one) => one === name))),
})

describe('doctor says of', () => {
  it.each<[string, Parameters<typeof machine>[0], string, RegExp]>([
    ['Node', {}, 'Node', /^✓ Node {7}20\.20\.2$/],
    ['an old Node', { node: '20.11.0' }, 'Node', /^✗ Node {7}20\.11\.0: 20\.19 is needed$/],
    ['the platform', {}, 'platform', /^✓ platform {3}linux-x64: PostgreSQL binaries exist$/],
    [
      'another platform',
      { platform: 'sunos-x64' },
      'platform',
      /^– .*no PostgreSQL binaries; runs use Docker$/,
    ],
    ['a Python', {}, 'Python', /^✓ Python {5}3\.13\.0$/],
    [
      'a Python that no client takes',
      { interpreters: [{ path: '/usr/bin/python3', version: '3.8.2' }] },
      'Python',
      /^– Python {5}3\.8\.2; for more clients install 3\.14\n {13}7 cells of 1 client that runs on none of these \(psycopg2-2\.9\.13\) will be not-run$/,
    ],
    [
      'no Python',
      { interpreters: [] },
      'Python',
      /^✗ Python {5}none found: install Python 3\.9 or newer\n {13}7 cells of 1 client .* not-run$/,
    ],
    ['uv', {}, 'uv', /^✓ uv {9}\/.*\/uv$/],
    ['an old uv', { programs: { ...ALL, uv: 'uv 0.4.0' } }, 'uv', /^– .*the first run installs one/],
    ['no uv', without('uv'), 'uv', /^– uv {9}none/],
    ['a compiler', {}, 'compiler', /^✓ compiler {3}clients without wheels can be built$/],
    ['no compiler', without('cc'), 'compiler', /^– .*no cc .*apt-get install gcc libc6-dev\)$/],
    ['PgBouncer', {}, 'PgBouncer', /^✓ PgBouncer {2}1\.25\.2 at \/.*\/pgbouncer$/],
    [
      'a PgBouncer without tracking',
      { programs: { ...ALL, pgbouncer: 'PgBouncer 1.20.1' } },
      'PgBouncer',
      /^– .*1\.20\.1 keeps no track .*\n {13}2 cells of 1 server behind PgBouncer \(18\+pgbouncer-tracking\) will be not-run\n {13}1 cell of probes about PgBouncer will be not-run$/,
    ],
    [
      'a PgBouncer that is too old',
      { programs: { ...ALL, pgbouncer: 'PgBouncer 1.18.0' } },
      'PgBouncer',
      /1\.18\.0 ends itself .*\n {13}4 cells of 2 servers behind PgBouncer/,
    ],
    [
      'no PgBouncer',
      without('pgbouncer'),
      'PgBouncer',
      /no PgBouncer on this machine.*\n {13}4 cells of 2 servers/,
    ],
    ['git', {}, 'git', /^✓ git {8}2\.39\.5$/],
    ['no git', without('git'), 'git', /^– git {8}none: /],
    ['room on the disk', {}, 'disk', /^[✓✗] disk {7}\d+\.\d GB free for /],
    ['the locale', {}, 'locale', /^✓ locale {5}en_GB\.UTF-8$/],
    ['a locale that is not UTF-8', { env: { LC_ALL: 'C' } }, 'locale', /^– locale {5}C, which is not UTF-8/],
    ['the clock', {}, 'clock', /^✓ clock {6}2027-01-01T00:00:00\.000Z$/],
    [
      'a clock before this tool',
      { now: new Date(0) },
      'clock',
      /^✗ clock {6}1970-.* cannot be: the matrix was written on \d/,
    ],
    ['a clock far ahead', { now: new Date('2099-01-01') }, 'clock', /^✗ clock {6}2099-.* cannot be/],
  ])('%s', async (_, changed, subject, text) => {
    expect(await said(changed, subject)).toMatch(text)
  })
})

it('the program says it of its own machine, and of the matrix', async () => {
  const { stdout } = await run(['doctor', '--json', '--matrix', matrix])
  const findings: { subject: string }[] = JSON.parse(stdout)
  expect(findings.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['Node', 'Python', 'uv', 'PgBouncer', 'Docker', 'git', 'disk', 'locale', 'clock']),
  )
  writeFileSync(path.join(matrix, 'probes', 'json', 'wrong.yaml'), 'id: wrong\n')
  const wrong = await run(['doctor', '--matrix', matrix])
  expect(wrong.stdout).toMatch(/✗ matrix {5}.* has \d+ problems: `pgmatrix lint` names them/)
  expect(wrong.code).toBe(3)
})
