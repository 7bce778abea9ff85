/** What a profile adds to a server: settings, host rules, files, roles, and what recipes are told of it. */
import { randomBytes } from 'node:crypto'
import { escapeLiteral } from 'pg'
import { LOGINS, type Login, type Profile } from '../core/matrix.js'
import type { Surroundings } from '../core/protocol.js'
import type { Certificates } from './certificates.js'
import { PROBE_ROLE } from './reset-sql.js'

/** Where recipes reach a server over the network. */
export interface NetworkDoor {
  /** The name that its certificate is for. */
  readonly host: string
  /** Another name of the same place. */
  readonly wrongHost: string
  readonly port: number
}

/** Made anew for each server of a run. */
export interface Equipment {
  readonly profile: Profile
  /** Of roles that log in with a password. */
  readonly password: string
  /** Where the profile has TLS. */
  readonly certificates: Certificates | undefined
}

export const plain: Equipment = { profile: 'plain', password: '', certificates: undefined }

export async function equip(profile: Profile, serverName: string): Promise<Equipment> {
  if (profile === 'plain') return plain
  const password = randomBytes(18).toString('base64url')
  if (profile !== 'network') return { profile, password, certificates: undefined }
  // Loaded where it is wanted: it costs 150 ms.
  const { makeCertificates } = await import('./certificates.js')
  const names = { serverName, clientName: roleOf('certificate') }
  return { profile, password, certificates: await makeCertificates(names) }
}

/** Whether there are servers on copies of its data: see copy.ts. */
export function hasCopies({ profile }: Equipment): boolean {
  return profile === 'standby' || profile === 'failover'
}

export function roleOf(login: Login): string {
  return `${PROBE_ROLE}_${login}`
}

/** Lines for postgresql.conf. */
export function profileSettings(equipment: Equipment, major: number): Record<string, string> {
  const { certificates } = equipment
  const tls = {
    ssl: 'on',
    ssl_cert_file: 'server.crt',
    ssl_key_file: 'server.key',
    ssl_ca_file: 'authority.crt',
  }
  const watched = { wal_level: 'logical', shared_preload_libraries: 'pg_stat_statements' }
  // A standby sees what is written out, and asks again soon where it was refused once.
  const kept = major >= 13 ? { wal_keep_size: '64MB' } : { wal_keep_segments: '4' }
  const patience = { wal_retrieve_retry_interval: '100ms', ...kept }
  const followed = { hot_standby: 'on', synchronous_commit: 'local', ...patience }
  if (certificates) return { ...tls, ...watched }
  return hasCopies(equipment) ? followed : {}
}

/** Files for the data folder, by name; none may be read by anybody else. */
export function profileFiles({ certificates }: Equipment): Record<string, string> {
  if (!certificates) return {}
  const { authority, server } = certificates
  return { 'authority.crt': authority, 'server.crt': server.certificate, 'server.key': server.key }
}

/** Lines of pg_hba.conf for roles that come over the network; `from` is where from, `samehost` or `samenet`. */
export function profileRules({ profile }: Equipment, from: 'samehost' | 'samenet'): string[] {
  if (profile === 'plain') return []
  return [
    `host all ${roleOf('scram')} ${from} scram-sha-256`,
    `host all ${roleOf('md5')} ${from} md5`,
    `host all ${roleOf('password')} ${from} password`,
    `hostssl all ${roleOf('certificate')} ${from} cert`,
    `host all ${roleOf('reject')} ${from} reject`,
    `host all,replication ${roleOf('replication')} ${from} scram-sha-256`,
  ].filter((line) => profile === 'network' || !line.startsWith('hostssl'))
}

/** Roles that may do what the probes' role may; none is a superuser. May be run again. */
export function profileRoles({ profile, password }: Equipment): string {
  if (profile === 'plain') return ''
  return LOGINS.map((login) => {
    const name = roleOf(login)
    const hash = login === 'md5' ? 'md5' : 'scram-sha-256'
    const replicates = login === 'replication' ? ' replication' : ''
    return `do $$ begin
  if not exists (select from pg_roles where rolname = '${name}') then
    set local password_encryption = '${hash}';
    create role ${name} login password ${escapeLiteral(password)} in role ${PROBE_ROLE}${replicates};
  end if;
end $$;`
  }).join('\n')
}

export interface Doors {
  /** The server's, or that of the pooler before it. */
  readonly network: NetworkDoor
  readonly standby: NetworkDoor | undefined
}

const NOTHING: Surroundings = { values: {}, files: {}, deeds: [] }

/** What is in scope of a recipe: load/scope.ts names it for the lint. */
export function surroundings(
  { profile, password, certificates }: Equipment,
  { network, standby }: Doors,
  { database, login }: { readonly database: string; readonly login: Login },
): Surroundings {
  if (profile === 'plain') return NOTHING
  const { host, port, wrongHost } = network
  const values = { host, port, database, user: roleOf(login), password }
  if (profile === 'network' && certificates) {
    const { authority, client } = certificates
    const files = { ca: authority, client_cert: client.certificate, client_key: client.key }
    return { values: { ...values, wrong_host: wrongHost }, files, deeds: [] }
  }
  const second = standby ? { standby_host: standby.host, standby_port: standby.port } : {}
  const deeds = profile === 'failover' ? (['fail_over', 'restore_backup'] as const) : []
  return { values: { ...values, ...second }, files: {}, deeds }
}
