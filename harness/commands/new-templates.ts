/** The files that `pgmatrix new` writes. */
import { stringify } from 'yaml'

interface NewProbe {
  readonly id: string
  readonly group: string
  readonly families: readonly string[]
}

/** A probe that asks for the number 1, in each family's own way. */
export function probeTemplate({ id, group, families }: NewProbe): string {
  return `# yaml-language-server: $schema=../../schemas/probe.json
id: ${id} # permanent
title: ${scalar(id.replaceAll('-', ' '))}
group: ${scalar(group)}
tier: 1
since: any # first PostgreSQL release with it, for people; the control decides
docs: https://www.postgresql.org/docs/current/
about: |
  One paragraph for a person who is choosing a driver or an ORM: what it is good for, and what goes wrong without it.
control: select 1 # does this server have it? { sql: …, absent: ["42883"] } names the SQLSTATEs that mean no
table: create table sample (id int primary key)
value: 1
witness: # SQL that the harness runs after the recipe, to see what the server really has
  - sql: select count(*) from sample
    rows: [["1"]]
recipes:
${families.map((family) => recipeTemplate(family)).join('')}`
}

function recipeTemplate(family: string): string {
  const { level, code } = START[family] ?? DB_API
  const lines = code.split('\n').map((line) => (line === '' ? '' : `      ${line}`))
  return `  ${family}:\n    ${level}: |\n${lines.join('\n')}\n`
}

interface Start {
  readonly level: 'native' | 'raw'
  readonly code: string
}

const CURSOR: Start = {
  level: 'native',
  code: 'cur.execute("insert into sample values (%s) returning id", [value])\nreturn cur.fetchone()[0]',
}
const DB_API: Start = { level: 'native', code: `cur = conn.cursor()\n${CURSOR.code}` }

const START: Readonly<Record<string, Start>> = {
  psycopg2: CURSOR,
  psycopg: CURSOR,
  pg8000: CURSOR,
  pygresql: CURSOR,
  aiopg: {
    level: 'native',
    code: 'await cur.execute("insert into sample values (%s) returning id", [value])\nreturn (await cur.fetchone())[0]',
  },
  asyncpg: {
    level: 'native',
    code: 'return await conn.fetchval("insert into sample values ($1) returning id", value)',
  },
  django: {
    level: 'raw',
    code: `with connection.cursor() as cursor:
    cursor.execute("insert into sample values (%s) returning id", [value])
    return cursor.fetchone()[0]`,
  },
  sqlalchemy: {
    level: 'raw',
    code: `from sqlalchemy import text

return conn.execute(text("insert into sample values (:id) returning id"), {"id": value}).scalar_one()`,
  },
  peewee: {
    level: 'raw',
    code: 'return db.execute_sql("insert into sample values (%s) returning id", [value]).fetchone()[0]',
  },
}

interface NewClient {
  readonly family: string
  readonly kind: 'driver' | 'orm'
  readonly package: string
  readonly release: string
  /** For an ORM, `psycopg2-2.9.13`. */
  readonly driver: string | undefined
}

/** How it connects is Python: python-fixtures/families/<family>.py. */
export function clientTemplate({ family, kind, package: distribution, release, driver }: NewClient): string {
  return `# yaml-language-server: $schema=../schemas/client.json
# What is left to do: the words below, python-fixtures/families/${family}.py (how it connects), \`pgmatrix lock '${family}*'\`.
# README.md, "A family of clients", says how paradigm, licence, maintenance and documented are written here.
family: ${scalar(family)}
title: ${scalar(distribution)}
kind: ${kind}
about: |
  Two or three honest sentences for somebody who is choosing.
docs: https://example.org/docs
source: https://example.org/source
package: ${scalar(distribution)}
install: ${JSON.stringify([`${distribution}=={version}`])}
releases:
  - version: "${release}"
    python: ">=3.9,<3.14"
${driver === undefined ? '' : `    drivers: [${driver}]\n`}`
}

/** Quoted where YAML needs it. */
function scalar(text: string): string {
  return stringify(text).trimEnd()
}
