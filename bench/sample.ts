/** What both ways execute: two servers, four drivers and two ORMs, and the probes of types and JSON. */
const SERVERS = ['14', '18']
const CLIENTS = [
  'psycopg2-2.9.13',
  'psycopg-3.3.9',
  'asyncpg-0.32.0',
  'pg8000-1.31.6',
  'django-5.2.19+psycopg2-2.9.13',
  'sqlalchemy-2.1.9+psycopg-3.3.9',
]
/** No probe that waits on purpose: a pause costs both ways the same. */
const PROBES = '{type,json}-*'

/** The sample as a selector of `pgmatrix run`. */
export const SELECTOR = `{${SERVERS.join(',')}}/{${CLIENTS.join(',')}}/${PROBES}`

/** For an engine without the official images. */
export const { PGMATRIX_BENCH_MATRIX: MATRIX, PGMATRIX_BENCH_MIRROR: MIRROR } = process.env
