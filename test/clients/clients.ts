/** Clients for tests, apart from the matrix: its releases change, these do not. */
import type { Client } from '../../harness/core/matrix.js'

interface Parts {
  readonly python: string
  readonly lock?: string
}

export function psycopg2(version: string, parts: Parts): Client {
  return {
    id: `psycopg2-${version}`,
    family: {
      id: 'psycopg2',
      title: 'psycopg2',
      kind: 'driver',
      about: '',
      docs: '',
      source: '',
      package: 'psycopg2-binary',
      releases: [],
    },
    version,
    install: [`psycopg2-binary==${version}`],
    pins: { 'psycopg2-binary': version },
    ...parts,
  }
}
