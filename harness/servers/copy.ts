/** A second server on a copy of a running one's data folder: a base backup over SQL and file copies. */
import { escapeLiteral } from 'pg'
import type { Session } from './session.js'

export interface CopyWanted {
  readonly major: number
  /** Folder beside the data folder; one of that name is replaced. */
  readonly name: string
  readonly port: number
  /** Connection string of the server that it follows; undefined for one that goes its own way. */
  readonly follows: string | undefined
}

/** @param primary a superuser's session: programs run as the server does, in its data folder. */
export async function copyData(primary: Session, wanted: CopyWanted): Promise<void> {
  const { major, name } = wanted
  const folder = `../${name}`
  const [start, stop] =
    major >= 15
      ? ["pg_backup_start('pgmatrix', true)", 'pg_backup_stop(false)']
      : ["pg_start_backup('pgmatrix', true, false)", 'pg_stop_backup(false, false)']
  await primary.rows(`select ${start}`)
  // Files that go away meanwhile are of no use to the copy.
  await run(
    primary,
    `rm -rf ${folder} && mkdir -m 700 ${folder} && cp -a . ${folder} || test -s ${folder}/PG_VERSION`,
  )
  const [row] = await primary.rows(`select labelfile from ${stop}`)
  await run(primary, `cp -a pg_wal/. ${folder}/pg_wal/ && rm -f ${folder}/postmaster.pid`)
  await write(primary, `${folder}/backup_label`, row?.[0] ?? '')
  await configure(primary, folder, wanted)
}

/** Runs a program of the server's machine. */
export async function run(session: Session, command: string): Promise<void> {
  // A program that does not read what it is given breaks the pipe.
  await session.rows(`copy (select) to program ${escapeLiteral(`cat > /dev/null; ${command}`)}`)
}

async function configure(
  primary: Session,
  folder: string,
  { major, port, follows }: CopyWanted,
): Promise<void> {
  const settings = [`port = ${port}`]
  const conninfo = `primary_conninfo = '${follows?.replaceAll("'", "''")}'`
  if (follows !== undefined && major >= 12) {
    settings.push(conninfo)
    await write(primary, `${folder}/standby.signal`, '')
  }
  if (follows !== undefined && major < 12)
    await write(primary, `${folder}/recovery.conf`, `standby_mode = 'on'\n${conninfo}`)
  await write(primary, `${folder}/postgresql.auto.conf`, settings.join('\n'))
}

async function write(session: Session, path: string, text: string): Promise<void> {
  const lines = `select unnest(string_to_array(${escapeLiteral(text)}, E'\\n'))`
  await session.rows(`copy (${lines}) to program ${escapeLiteral(`cat > ${path}`)}`)
}

/** Resolves when every standby has what the primary has. @throws SqlError where that takes too long */
export async function caughtUp(primary: Session): Promise<void> {
  await primary.rows(`do $$ begin
  for tries in 1..1000 loop
    exit when (select coalesce(bool_and(replay_lsn >= pg_current_wal_lsn()), false) from pg_stat_replication);
    perform pg_sleep(0.01);
    perform pg_stat_clear_snapshot();
    if tries = 1000 then
      raise exception 'the standby does not follow % but is at %', pg_current_wal_lsn(),
        (select json_agg(json_build_object(state, replay_lsn)) from pg_stat_replication);
    end if;
  end loop;
end $$`)
}

/** Makes a standby a primary. */
export async function promote(standby: Session, major: number): Promise<void> {
  if (major >= 12) await standby.rows('select pg_promote(true, 10)')
  else await run(standby, 'touch promote && kill -USR1 "$(head -n 1 postmaster.pid)"')
  await standby.rows(`do $$ begin
  for tries in 1..1000 loop
    exit when not pg_is_in_recovery();
    perform pg_sleep(0.01);
  end loop;
end $$`)
}
