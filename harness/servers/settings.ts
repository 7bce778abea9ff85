/** How our servers are configured: no durability, and as PostgreSQL's defaults have it where a client could notice. */

export interface SettingsOf {
  readonly major: number
  /** The ways in: a Unix socket in a closed folder, every interface of a network that nobody else is in, or a socket and the loopback. */
  readonly door: { readonly socketFolder?: string; readonly listen?: '*' | 'localhost' }
  readonly port: number
  readonly runId: string
  /** More of them. */
  readonly more: Readonly<Record<string, string>>
}

export const PORT = 5432

/** Text to append to postgresql.conf. */
export function settings({ major, door, port, runId, more }: SettingsOf): string {
  const lines: Record<string, string> = {
    listen_addresses: door.listen ?? '',
    port: String(port),
    unix_socket_directories: door.socketFolder ?? '',
    // The data lives for one run.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    shared_buffers: '32MB',
    max_connections: '200',
    max_prepared_transactions: '20',
    min_wal_size: '32MB',
    max_wal_size: '128MB',
    // With mmap nothing stays in /dev/shm when a server is killed.
    dynamic_shared_memory_type: 'mmap',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    // Crashes are logged, the errors that recipes provoke are not.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    'pgmatrix.run_id': runId,
    ...(major >= 11 ? { jit: 'off' } : {}),
    // Saves three worker processes per server.
    ...(major >= 18 ? { io_method: 'sync' } : {}),
    ...more,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('')
}

/** The whole pg_hba.conf of a plain server: whoever can enter the socket's folder may log in. */
export const HBA = 'local all all trust\n'
