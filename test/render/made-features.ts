/** Features for made results: id, title, group and the first server that has it. */
export type Feature = readonly [id: string, title: string, group: string, since: number]

const FEATURES: readonly Feature[] = [
  ['type-uuid', 'uuid becomes uuid.UUID', 'Core types', 10],
  ['type-numeric', 'numeric keeps every digit as Decimal', 'Core types', 10],
  ['type-bytea', 'bytea becomes bytes', 'Core types', 10],
  ['type-timestamptz', 'timestamptz becomes an aware datetime', 'Core types', 10],
  ['type-interval', 'interval becomes timedelta', 'Core types', 10],
  ['type-infinity-date', "date 'infinity' survives the round trip", 'Core types', 10],
  ['array-int', 'integer[] becomes a list', 'Core types', 10],
  ['multirange', 'multirange types', 'Core types', 14],
  ['json-jsonb-decode', 'jsonb becomes a Python object', 'JSON', 10],
  ['json-jsonpath', 'jsonpath queries', 'JSON', 12],
  ['json-table', 'JSON_TABLE', 'JSON', 17],
  ['params-server-side', 'Parameters are bound on the server', 'Parameters & injection safety', 10],
  ['params-identifier', 'Identifiers are quoted by the library', 'Parameters & injection safety', 10],
  ['tx-savepoint', 'Savepoints as nested blocks', 'Transactions', 10],
  ['tx-two-phase', 'Two-phase commit', 'Transactions', 10],
  ['insert-returning', 'INSERT … RETURNING', 'Writing', 10],
  ['merge-returning', 'MERGE … RETURNING', 'Writing', 17],
  ['copy-from', 'COPY from Python objects', 'Writing', 10],
  ['server-cursor', 'Server-side cursor', 'Reading', 10],
  ['async-native', 'Queries without blocking the event loop', 'Async', 10],
  ['listen-notify', 'LISTEN / NOTIFY', 'Operations', 10],
  ['ddl-identity-column', 'Identity column', 'DDL', 10],
  ['ddl-generated-virtual', 'Virtual generated column', 'DDL', 18],
  ['ddl-nulls-not-distinct', 'UNIQUE NULLS NOT DISTINCT', 'DDL', 15],
]

/** `count` features: the list, again with numbers where it is too short. */
export function features(count: number): Feature[] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / FEATURES.length)
    const feature = FEATURES[index % FEATURES.length]
    if (!feature) throw new Error('there are no features')
    const [id, title, group, since] = feature
    return round === 0 ? feature : [`${id}-${round + 1}`, `${title}, case ${round + 1}`, group, since]
  })
}
