/** Results as a run makes them, without a run: always the same for the same options. */
import { createHash } from 'node:crypto'
import type { Pooler } from '../../harness/core/matrix.js'
import type {
  Attempt,
  Cell,
  ClientFacts,
  FamilyFacts,
  Header,
  ProbeFacts,
  Results,
  ServerFacts,
} from '../../harness/core/result.js'
import type { Verdict } from '../../harness/core/verdict.js'
import { features } from './made-features.js'

export interface MadeOptions {
  readonly servers?: readonly number[]
  /** The last of the servers comes once more behind each of these. */
  readonly poolers?: readonly Pooler[]
  readonly features?: number
  /** Every release, or only the newest of each family. */
  readonly everyRelease?: boolean
}

const FAMILIES: readonly [
  id: string,
  title: string,
  kind: 'driver' | 'orm',
  releases: string[],
  drivers: string[],
][] = [
  ['psycopg2', 'psycopg2', 'driver', ['2.9.13', '2.9.5', '2.8.6'], []],
  ['psycopg', 'psycopg 3', 'driver', ['3.3.9', '3.2.13', '3.1.20'], []],
  ['asyncpg', 'asyncpg', 'driver', ['0.32.0', '0.29.0'], []],
  ['aiopg', 'aiopg', 'driver', ['1.4.0', '1.3.5'], []],
  ['pg8000', 'pg8000', 'driver', ['1.31.6'], []],
  ['django', 'Django', 'orm', ['6.1.3', '5.2.9', '4.2.27'], ['psycopg2-2.9.13', 'psycopg-3.3.9']],
  [
    'sqlalchemy',
    'SQLAlchemy',
    'orm',
    ['2.1.9', '2.0.45', '1.4.54'],
    ['psycopg2-2.9.13', 'psycopg-3.3.9', 'asyncpg-0.32.0', 'pg8000-1.31.6'],
  ],
  ['peewee', 'Peewee', 'orm', ['4.5.0', '3.18.3'], ['psycopg2-2.9.13', 'psycopg-3.3.9']],
]

export function madeResults(options: MadeOptions = {}): Results {
  const servers = madeServers(options.servers ?? [16, 17, 18], options.poolers ?? [])
  const chosen = features(options.features ?? 12)
  const clients = FAMILIES.flatMap((family) => clientsOf(family, options.everyRelease ?? false))
  const probes = chosen.map(([id, title, group, since]) => madeProbe(id, title, { group, since }))
  const cells = servers.flatMap(({ id, major }) =>
    clients.flatMap((client) =>
      chosen.map(([probe, , , since]) => ({
        ...madeCell({ server: major, client, probe, since }),
        server: id,
      })),
    ),
  )
  const header: Header = {
    kind: 'header',
    format: 1,
    tool: '0.1.0',
    startedAt: '2026-11-23T09:00:00.000Z',
    runtime: 'embedded',
    selector: null,
    shard: null,
    cells: cells.length,
    groups: [...new Set(chosen.map(([, , group]) => group))],
    servers,
    families: FAMILIES.map(madeFamily),
    clients,
    probes,
  }
  return { header, cells, complete: true }
}

function madeServers(majors: readonly number[], poolers: readonly Pooler[]): ServerFacts[] {
  const plain = majors.map((major) => ({
    id: String(major),
    major,
    version: `${major}.4`,
    versionNum: major * 10_000 + 4,
    preview: false,
    endOfLife: major === 19 ? null : `${major + 2012}-11-10`,
    build: `postgresql@${major}.4`,
    pooler: null,
  }))
  const last = plain.at(-1)
  if (!last) return []
  return [...plain, ...poolers.map((pooler) => ({ ...last, id: `${last.id}+${pooler}`, pooler }))]
}

/** The results as the lines of a file. */
export function asLines({ header, cells, complete }: Results): string {
  const footer = { kind: 'footer', finishedAt: '2026-11-23T09:10:00.000Z', cells: cells.length }
  return [header, ...cells, ...(complete ? [footer] : [])].map((line) => `${JSON.stringify(line)}\n`).join('')
}

function madeFamily([id, title, kind]: (typeof FAMILIES)[number]): FamilyFacts {
  return {
    id,
    formerly: [],
    title,
    kind,
    about: `${title} in two honest sentences. Its \`connect\` takes a DSN or keywords, and it has been around for long.`,
    docs: `https://example.org/${id}/docs/`,
    source: `https://example.org/${id}/source`,
    package: { psycopg2: 'psycopg2-binary', django: 'Django' }[id] ?? id,
    paradigm: id === 'asyncpg' || id === 'aiopg' ? 'async' : 'both',
    licence: 'LGPL-3.0-or-later WITH openvpn-openssl-exception',
    maintenance: {
      status: id === 'aiopg' ? 'unmaintained' : 'active',
      asOf: '2026-10-06',
      statement: `${title} was released, and says so.`,
      source: `https://example.org/${id}/news`,
    },
    documented: {
      servers: 'from 9.5 to 19; older ones on a best-effort basis',
      pythons: id === 'pg8000' ? null : '3.9 or later',
      source: `https://example.org/${id}/install`,
      pythonsSource: `https://example.org/${id}/metadata`,
    },
  }
}

function clientsOf(
  [family, , , releases, drivers]: (typeof FAMILIES)[number],
  every: boolean,
): ClientFacts[] {
  return releases.slice(0, every ? undefined : 1).flatMap((version, index) => {
    if (drivers.length === 0) return [madeClient(family, version, null)]
    // Older releases of an ORM run on fewer drivers.
    return drivers.slice(0, index === 0 ? undefined : 2).map((driver) => madeClient(family, version, driver))
  })
}

function madeClient(family: string, version: string, driver: string | null): ClientFacts {
  const [name, driverVersion] = driver?.split('-') ?? []
  const id = driver ? `${family}-${version}+${driver}` : `${family}-${version}`
  return {
    id,
    family,
    version,
    driver: name && driverVersion ? { family: name, version: driverVersion } : null,
    python: version === '2.8.6' ? '3.9.18' : '3.13.0',
    stack: null,
    libpq: id.includes('psycopg') ? 170_005 : null,
    build: null,
    packages: { [family]: version, ...(name && driverVersion ? { [name]: driverVersion } : {}) },
    built: name === 'psycopg' ? { [name]: 'py3-none-any' } : {},
  }
}

function madeProbe(
  id: string,
  title: string,
  { group, since }: { group: string; since: number },
): ProbeFacts {
  return {
    id,
    formerly: [],
    title,
    group,
    tier: 1,
    since: String(since),
    docs: 'https://www.postgresql.org/docs/current/datatype-json.html',
    about: `What a program does with \`${id}\`, and what goes wrong without it: values come back as text.\n\nA second paragraph says what to look for.`,
    control: `select '{"a":1}'::jsonb -- ${id}`,
    given: id === 'type-uuid' ? 'SIZE = 1\n\n\ndef counted(rows):\n    figure("rows", len(rows))\n' : null,
    conversation: null,
  }
}

interface CellSeed {
  readonly server: number
  readonly client: ClientFacts
  readonly probe: string
  readonly since: number
}

function madeCell({ server, client, probe, since }: CellSeed): Cell {
  const verdict = server < since ? 'server' : verdictFor(client, probe)
  const attempts = verdict === 'server' || verdict === 'refused' ? [] : attemptsFor(verdict, client, probe)
  return {
    kind: 'cell',
    server: String(server),
    client: client.id,
    probe,
    verdict,
    decided: null,
    reason: REASONS[verdict] ?? 'value and type as expected',
    note: verdict === 'partial' ? 'comes as text until a codec is set on the connection' : null,
    key: client.family,
    absent: verdict === 'unsupported' ? [`${client.family}.connection.pipeline`] : [],
    attempts,
    startedAt: '2026-11-23T09:01:00.000Z',
    ms: 10 + noise(`${server}${client.id}${probe}`, 20),
  }
}

const REASONS: Partial<Record<Verdict, string>> = {
  server: 'the control failed: 42883 function does not exist',
  partial: 'value and type as expected; before it, native recipe: returned str {"a": 1}, expected dict',
  unsupported: "absent: connection.pipeline; raw recipe: ProgrammingError: can't adapt type 'dict'",
  broken: 'native recipe: returned Decimal 1.1, expected Decimal 1.10',
  refused: 'no wheel for any Python found here',
  timeout: 'native recipe: did not end within its deadline and was killed',
}

function verdictFor({ id, family, driver, version }: ClientFacts, probe: string): Verdict {
  const number = noise(`${family}${driver?.family ?? ''}${probe}`, 100)
  if (version === '2.8.6' && number % 9 === 0) return 'unsupported'
  if (id === 'aiopg-1.3.5') return 'refused'
  if (number < 58) return 'native'
  if (number < 72) return 'partial'
  if (number < 84) return driver ? 'raw' : 'unsupported'
  if (number < 97) return 'unsupported'
  return number < 99 ? 'broken' : 'timeout'
}

function attemptsFor(verdict: Verdict, client: ClientFacts, probe: string): Attempt[] {
  const made = (level: Attempt['level'], outcome: Attempt['outcome']) =>
    madeAttempt(client, probe, { level, outcome })
  if (verdict === 'native' || verdict === 'raw') return [made(verdict, 'held')]
  if (verdict === 'partial') return [made('native', 'wrong-type'), made('partial', 'held')]
  if (verdict === 'broken') return [made('native', 'wrong-value')]
  if (verdict === 'timeout') return [made('native', 'timeout')]
  return [made('raw', 'raised')]
}

function madeAttempt(client: ClientFacts, probe: string, kind: Pick<Attempt, 'level' | 'outcome'>): Attempt {
  const { outcome } = kind
  const expected = { type: 'dict', items: [[text('a'), text('π')]] } as const
  return {
    ...kind,
    reason: outcome === 'held' ? 'value and type as expected' : 'returned something else',
    note: kind.level === 'partial' ? 'comes as text until a codec is set on the connection' : null,
    code: codeFor(client, probe, kind.level),
    file: `probes/json/${probe}.yaml`,
    line: 24,
    value: outcome === 'held' ? expected : outcome === 'wrong-type' ? text('{"a": "π"}') : null,
    expected: outcome === 'held' || outcome === 'wrong-type' ? expected : null,
    figures:
      probe === 'type-uuid' && outcome === 'held'
        ? { 'rows that came back': 32_767, turns: noise(client.id, 3) }
        : {},
    error:
      outcome === 'raised'
        ? {
            type: `${client.family}.ProgrammingError`,
            message: "can't adapt type 'dict'",
            sqlstate: '42P18',
            line: 26,
          }
        : null,
    witness:
      outcome === 'held'
        ? [
            {
              sql: "select jsonb_typeof(body), body->'a'->>0 from doc",
              expected: [['object', '1']],
              rows: [['object', '1']],
              error: null,
            },
          ]
        : [],
    output: '',
    ms: noise(client.id + probe, 30),
    cpuMs: 9,
  }
}

function text(value: string) {
  return { type: 'str', repr: `'${value}'` }
}

function codeFor({ family }: ClientFacts, probe: string, level: string): string {
  if (family === 'asyncpg')
    return `# ${probe}, ${level}\nawait conn.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")\nawait conn.execute("insert into doc values (1, $1)", value)\nreturn await conn.fetchval("select body from doc")\n`
  return `# ${probe}, ${level}\nfrom ${family}.extras import Json\n\ncur.execute("insert into doc values (1, %s)", [Json(value)])\ncur.execute("select body from doc")\nreturn cur.fetchone()[0] or None\n`
}

/** A number below `limit` that depends on nothing but the text. */
function noise(seed: string, limit: number): number {
  return createHash('sha256').update(seed).digest().readUInt32BE(0) % limit
}
