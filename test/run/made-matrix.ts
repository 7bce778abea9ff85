/** A matrix of one server, one client and a few probes, in a folder of its own. Everything but the probes is the real matrix's. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import { POOLERS } from '../../harness/core/matrix.js'

const REAL = path.resolve('matrix')
/** How `runCommand` is told to do without containers. */
export const EMBEDDED = {
  words: { runtime: 'embedded' },
  isolate: false,
  again: 0,
  dsn: { dsn: [], inUse: false },
} as const

export const CLIENT = 'psycopg2-2.9.13'

/** The driver alone, without the packages that are documented for types of extensions: many tests build its environment. */
const DRIVER = ['psycopg2-binary=={version}']
const DRIVER_LOCK = `# Written by pgmatrix lock: do not edit.
# install: psycopg2-binary==2.9.13
# python: >=3.10,<3.15
${readFileSync(path.resolve('test/clients/fixtures', `${CLIENT}.txt`), 'utf8')}`

export interface MadeProbe {
  /** Body of psycopg2's native recipe. */
  readonly code: string
  readonly value?: unknown
  readonly deadline?: number
  readonly more?: Readonly<Record<string, unknown>>
}

/** Returns the matrix folder. */
export function makeMatrix(
  probes: Readonly<Record<string, MadeProbe>>,
  servers: readonly string[] = ['18'],
): string {
  const whole = Object.entries(probes).map(([id, probe]) => [id, madeProbe(id, probe)])
  return makeMatrixOf(Object.fromEntries(whole), servers)
}

/** The same of whole probes, as they stand in YAML, all in the group JSON. */
export function makeMatrixOf(
  probes: Readonly<Record<string, unknown>>,
  servers: readonly string[] = ['18'],
): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-made-')), 'matrix')
  for (const name of ['clients', 'locks', 'probes/json'])
    mkdirSync(path.join(folder, name), { recursive: true })
  cpSync(path.join(REAL, 'groups.yaml'), path.join(folder, 'groups.yaml'))
  writeFileSync(path.join(folder, 'locks', `${CLIENT}.txt`), DRIVER_LOCK)
  const all = readYaml('servers.yaml')
  const chosen = all.servers.filter(({ id }: { id: string }) => servers.includes(id))
  writeYaml(folder, 'servers.yaml', {
    pooler: all.pooler,
    servers: chosen.map((server: { id: string }) => ({
      ...server,
      poolers: POOLERS.filter((pooler) => servers.includes(`${server.id}+${pooler}`)),
    })),
  })
  const family = readYaml('clients/psycopg2.yaml')
  const releases = family.releases.filter(({ version }: { version: string }) => CLIENT.endsWith(version))
  writeYaml(folder, 'clients/psycopg2.yaml', { ...family, install: DRIVER, releases })
  for (const [id, probe] of Object.entries(probes)) writeYaml(folder, `probes/json/${id}.yaml`, probe)
  return folder
}

function madeProbe(id: string, { code, value = 1, deadline = 10, more = {} }: MadeProbe): unknown {
  return {
    id,
    title: id,
    group: 'JSON',
    tier: 1,
    since: 'any',
    docs: 'https://www.postgresql.org/docs/current/',
    about: 'A probe of a test.',
    control: 'select 1',
    value,
    deadline,
    recipes: { psycopg2: { native: code } },
    ...more,
  }
}

function readYaml(name: string): ReturnType<typeof parse> {
  return parse(readFileSync(path.join(REAL, name), 'utf8'))
}

export function writeYaml(folder: string, name: string, data: unknown): void {
  writeFileSync(path.join(folder, name), stringify(data, { lineWidth: 0 }))
}
