/**
 * Clients that are wrong in the ways in which real ones are. Each is psycopg2 with one thing spoilt, and runs the very recipes of the
 * matrix: the probes that are about that thing must see it.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runCommand } from '../../harness/commands/run.js'
import { openMatrix } from '../../harness/commands/workspace.js'
import { readResults } from '../../harness/results/read.js'
import { EMBEDDED, makeMatrixOf } from '../run/made-matrix.js'

const matrix = await openMatrix('matrix')

/** Python that spoils psycopg2, and the probes that must notice. */
interface WrongClient {
  readonly spoils: string
  readonly probes: readonly string[]
}

const CASTS = (oids: string, cast: string) => `
psycopg2.extensions.register_type(psycopg2.extensions.new_type((${oids}), "WRONG", ${cast}))
`
/** Connections of a class of their own, also those that a recipe opens itself. */
const CONNECTIONS = (body: string) => `
class Wrong(psycopg2.extensions.connection):
${body.replaceAll(/^/gm, '    ')}

def wrong_connect(*words, connection_factory=None, _connect=psycopg2.connect, **more):
    return _connect(*words, connection_factory=Wrong, **more)

psycopg2.connect = wrong_connect

def connect():
    return wrong_connect(**dsn)

conn = connect()
cur = conn.cursor()
assert cur
`

const WRONG: Readonly<Record<string, WrongClient>> = {
  'loses the time zone': {
    spoils: CASTS(
      '1184,',
      'lambda text, cur: text and __import__("datetime").datetime.fromisoformat(text[:19])',
    ),
    probes: ['type-timestamptz'],
  },
  'returns strings': {
    spoils: CASTS('20, 21, 23, 700, 701, 1700, 16, 114, 3802, 2950', 'lambda text, cur: text'),
    probes: [
      'type-integers',
      'type-numeric',
      'type-float',
      'type-boolean',
      'json-json-decode',
      'json-jsonb-decode',
      'insert-returning',
    ],
  },
  'rounds to a float': {
    spoils: CASTS('1700,', 'lambda text, cur: text and float(text)'),
    probes: ['type-numeric'],
  },
  'swallows errors': {
    spoils: CONNECTIONS(`def cursor(self, *words, cursor_factory=None, **more):
    class Silent(cursor_factory or psycopg2.extensions.cursor):
        def execute(self, *arguments):
            try:
                return super().execute(*arguments)
            except psycopg2.Error:
                self.connection.rollback()
                return super().execute("select null")

    return super().cursor(*words, cursor_factory=Silent, **more)

def commit(self):
    try:
        super().commit()
    except psycopg2.Error:
        pass`),
    probes: ['sqlstate-error-classes', 'error-diagnostics-fields', 'tx-cancel-on-error-state', 'row-locks'],
  },
  'commits instead of rolling back': {
    spoils: CONNECTIONS(`def rollback(self):
    super().commit()`),
    probes: ['tx-begin-commit'],
  },
  'never commits': {
    spoils: CONNECTIONS(`def commit(self):
    super().rollback()

def __exit__(self, *reason):
    super().rollback()`),
    probes: ['tx-begin-commit', 'upsert-do-update', 'copy-in-text', 'executemany'],
  },
  'ignores the isolation level': {
    spoils: CONNECTIONS(`isolation_level = property(lambda self: None, lambda self, level: None)

def set_isolation_level(self, level):
    pass

def set_session(self, *words, **more):
    pass`),
    probes: ['tx-isolation-levels', 'tx-read-only-deferrable', 'tx-serialization-retry'],
  },
  'keeps one row of many': {
    spoils: CONNECTIONS(`def cursor(self, *words, cursor_factory=None, **more):
    class Forgetful(cursor_factory or psycopg2.extensions.cursor):
        def executemany(self, sql, rows):
            return super().executemany(sql, list(rows)[:1])

    return super().cursor(*words, cursor_factory=Forgetful, **more)`),
    probes: ['executemany'],
  },
}

/** The probes with psycopg2's own recipes, spoilt. */
function spoilt({ spoils, probes }: WrongClient): Record<string, unknown> {
  const entries = probes.map((id) => {
    const probe = matrix.probes.find((one) => one.id === id)
    const entry = probe?.entries.find(({ key }) => key === 'psycopg2')
    if (!probe || !entry) throw new Error(`${id} has no recipe for psycopg2`)
    const levels = entry.recipes.map(({ level, code, note }) => [
      level,
      { code: `import psycopg2.extensions\n${spoils}\n${code}\n`, ...(note && { note }) },
    ])
    const data = parse(readFileSync(probe.place.file, 'utf8'))
    return [id, { ...data, group: 'JSON', recipes: { psycopg2: Object.fromEntries(levels) } }]
  })
  return Object.fromEntries(entries)
}

describe.each(Object.entries(WRONG))('a client that %s', (_, wrong) => {
  it(`is found out by ${wrong.probes.join(', ')}`, async () => {
    const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
    const signal = new AbortController().signal
    const where = { patterns: [], matrix: makeMatrixOf(spoilt(wrong)), results, ...EMBEDDED }
    const { file } = await runCommand({ ...where, lanes: 2, emit: () => {}, signal })
    const { cells } = await readResults(file)
    expect(cells).toHaveLength(wrong.probes.length)
    const fooled = cells.filter(({ verdict }) => !['broken', 'unsupported'].includes(verdict))
    expect(fooled.map(({ probe, verdict, reason }) => `${probe}: ${verdict}, ${reason}`)).toEqual([])
  })
})
