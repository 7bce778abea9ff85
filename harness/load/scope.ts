/** Names that a recipe finds without importing them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from '../core/matrix.js'
import { PACKAGE } from '../package.js'
import { isErrno } from './errno.js'

/** Family to the names in scope of its recipes. */
export type Scopes = ReadonlyMap<string, readonly string[]>

/** In scope of `value-python` and `expect-python`, see python-fixtures/runner/literal.py. */
export const VALUE_SCOPE = [
  ...['datetime', 'date', 'time', 'timedelta', 'timezone'],
  ...['Decimal', 'UUID', 'ipaddress', 'math'],
]

/** The family, python-fixtures/families/stack.py, whose scope conversations with applications have. */
export const STACK_SCOPE = 'stack'

/** In scope of every recipe, and of what its probe gives. */
export const ANYBODYS_SCOPE = ['value', 'figure']

/** What the families of drivers have in common, for what is given to recipes of drivers alone. */
export const DRIVERS_SCOPE = ['conn', 'connect', 'dsn']

const LOGIN_SCOPE = ['host', 'port', 'database', 'user', 'password']
const STANDBY_SCOPE = [...LOGIN_SCOPE, 'standby_host', 'standby_port']
/** What a profile of the server adds to the scope of its recipes; see servers/profile.ts. */
export const PROFILE_SCOPE: Readonly<Record<Profile, readonly string[]>> = {
  plain: [],
  network: [...LOGIN_SCOPE, 'wrong_host', 'ca', 'client_cert', 'client_key'],
  standby: STANDBY_SCOPE,
  failover: [...STANDBY_SCOPE, 'fail_over', 'restore_backup'],
  pgbouncer: LOGIN_SCOPE,
  'pgbouncer-tracking': LOGIN_SCOPE,
}

/** Read from `SCOPE = (…)` of python-fixtures/families/<family>.py; a family without one may use what any has. */
export async function readScopes(families: readonly string[]): Promise<Scopes> {
  const scopes = new Map(
    await Promise.all(families.map(async (family) => [family, await readScope(family)] as const)),
  )
  const anybodys = [...new Set([...scopes.values()].flatMap((names) => names ?? []))]
  return new Map([...scopes].map(([family, names]) => [family, [...ANYBODYS_SCOPE, ...(names ?? anybodys)]]))
}

async function readScope(family: string): Promise<string[] | undefined> {
  try {
    const source = await readFile(join(PACKAGE, 'python-fixtures', 'families', `${family}.py`), 'utf8')
    const names = /^SCOPE\b[^=]*= \(([^)]*)\)/m.exec(source)?.[1]
    return names === undefined ? undefined : [...names.matchAll(/"(\w+)"/g)].flatMap(([, name]) => name ?? [])
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
