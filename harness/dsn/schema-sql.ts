/** The SQL of runs on a server of somebody else's: nothing but one schema with a name of ours is touched. */
import { escapeIdentifier } from 'pg'

export const SCHEMA = 'pgmatrix_probe'

/** Where all sessions share one backend, as in PGlite, what an earlier one left would be met by the next. */
const LEFT_BEHIND = 'close all; deallocate all; unlisten *; discard temp; select pg_advisory_unlock_all()'

export const RESET = `rollback; ${LEFT_BEHIND}; drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`

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
