/** The SQL that makes a probe's database as new. Text only. */
import { escapeIdentifier, escapeLiteral } from 'pg'

/** Role that the clients connect as. */
export const PROBE_ROLE = 'probe'
/** SQLSTATEs of our own. */
export const SESSION_STAYS = 'PM001'
export const PREPARED_LEFT = 'PM002'

// The functions under pg_stat_activity and pg_prepared_xacts: the views' joins cost more than all the rest.
const OTHERS = `pg_stat_get_activity(null) where datid = here and pid <> pg_backend_pid()`

/**
 * Ends the other sessions and takes away all that a recipe may have left in this database. Raises SESSION_STAYS or
 * PREPARED_LEFT where that takes more than SQL in a transaction can do.
 */
const CLEAN = `
do $pgmatrix$
declare
  here oid := (select oid from pg_database where datname = current_database());
  patience timestamptz := clock_timestamp() + interval '2 s';
  leftover record;
begin
  perform pg_terminate_backend(pid) from ${OTHERS};
  while exists (select from ${OTHERS}) loop
    if clock_timestamp() > patience then
      raise exception 'a session does not end' using errcode = '${SESSION_STAYS}';
    end if;
    perform pg_sleep(0.001);
    perform pg_stat_clear_snapshot();
  end loop;
  if exists (select from pg_prepared_xact() where dbid = here) then
    raise exception 'a prepared transaction is left' using errcode = '${PREPARED_LEFT}';
  end if;
  perform lo_unlink(oid) from pg_largeobject_metadata;
  for leftover in
    select nspname from pg_namespace where nspname <> 'information_schema' and nspname !~ '^pg_'
  loop
    execute format('drop schema %I cascade', leftover.nspname);
  end loop;
  if exists (select from pg_db_role_setting where setdatabase in (0, here)) then
    execute format('alter database %I reset all', current_database());
    execute format('alter role ${PROBE_ROLE} in database %I reset all', current_database());
    alter role ${PROBE_ROLE} reset all;
  end if;
end
$pgmatrix$;
drop owned by ${PROBE_ROLE} cascade;`

/** What earlier SQL may have left in the harness's own session. */
const OWN_SESSION = `reset session authorization; reset role; reset all; close all; deallocate all; unlisten *; discard temp;
select pg_advisory_unlock_all();`

/** One round trip: everything gone, and an empty schema public that carries the nonce. */
export function resetSql(nonce: string): string {
  return `${OWN_SESSION}${CLEAN}
create schema public authorization ${PROBE_ROLE};
comment on schema public is ${escapeLiteral(nonce)};`
}

export function extensionSql(name: string): string {
  return `create extension if not exists ${escapeIdentifier(name)} schema public cascade`
}

/** Line ends around the SQL: it may end in a comment. */
export function asOwner(sql: string): string {
  return `set role ${PROBE_ROLE};\n${sql}\n;reset role;`
}

export const PREPARED_SQL = 'select gid from pg_prepared_xacts where database = current_database()'

export function rollbackPreparedSql(gid: string): string {
  return `rollback prepared ${escapeLiteral(gid)}`
}

export function createDatabaseSql(name: string, major: number): string {
  // Without fsync copying files is faster than logging their blocks, which became the default in 15.
  const strategy = major >= 15 ? ' strategy file_copy' : ''
  return `create database ${escapeIdentifier(name)} owner ${PROBE_ROLE} template template0${strategy}`
}

export function dropDatabaseSql(name: string): string {
  return `drop database if exists ${escapeIdentifier(name)}`
}

export function endSessionsSql(database: string): string {
  const named = escapeLiteral(database)
  return `select pg_terminate_backend(pid) from pg_stat_activity where datname = ${named} and pid <> pg_backend_pid()`
}

export const CREATE_ROLE = `do $$ begin
  if not exists (select from pg_roles where rolname = '${PROBE_ROLE}') then
    create role ${PROBE_ROLE} login nosuperuser createdb;
  end if;
end $$`
