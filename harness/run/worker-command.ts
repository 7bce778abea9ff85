/** How python-fixtures/worker.py is started, wherever it runs. */

export const WORKER_ARGUMENTS = ['-I', '-B', '-X', 'utf8']

/** All that the worker knows of its surroundings: no password, token, proxy or certificate of the caller. */
export const WORKER_ENVIRONMENT = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  PGGSSENCMODE: 'disable',
  PGPASSFILE: '/nonexistent/pgpass',
  // pg8000 loads every trusted certificate for each connection, 35 ms, though no server of ours has TLS.
  SSL_CERT_FILE: '/nonexistent/certificates.pem',
}
