/** The SQL of runs on a server of somebody else's: nothing but one schema with a name of ours is touched. */
import { escapeIdentifier } from 'pg'

export const SCHEMA = 'pgmatrix_probe'

/** Where all sessions share one backend, as in PGlite, what an earlier one left would be met by the next. */
const LEFT_BEHIND = 'close all; deallocate all; unlisten *; discard temp; select pg_advisory_unlock_all()'

export const RESET = `rollback; ${LEFT_BEHIND}; drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`

/** "pgmatrix" as a number; advisory locks are each database's own. */
const LOCK_KEY = '8099562720182036856'
export const LOCK = `select pg_try_advisory_lock(${LOCK_KEY})`
export const UNLOCK = `select pg_advisory_unlock(${LOCK_KEY})`

/** Whose the schema is: a run's id, and after it what the run is at. */
export const MARK = `select obj_description(to_regnamespace('${SCHEMA}')::oid, 'pg_namespace')`

export function markSql(mark: string): string {
  return `create schema if not exists ${SCHEMA}; comment on schema ${SCHEMA} is '${mark}'`
}

/** Names to values. */
export type Settings = Readonly<Record<string, string>>

/** For the rest of a session. */
export function settingSql(settings: Settings): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config('${name}', '${value.replaceAll("'", "''")}', false)`,
  )
  return `select ${calls.join(', ')}`
}

/**
 * Where sessions share a backend they share its settings and its role as well. A query of its own: a transaction that begins
 * under default_transaction_read_only stays so.
 */
export const AS_AT_LOGIN = 'rollback; reset session authorization; reset all'

export const REMOVE = `drop schema if exists ${SCHEMA} cascade`

export function extensionSql(name: string): string {
  return `create extension if not exists ${escapeIdentifier(name)} schema ${SCHEMA} cascade`
}

/** What there is beside us: tables and the like of anybody, in schemas that are not the server's own. */
export const INHABITANTS = `select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('information_schema', '${SCHEMA}') and n.nspname !~ '^pg_' and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1 limit 3`

export const IDENTITY = `select current_setting('server_version'), current_setting('server_version_num'), version(), current_schema()`
