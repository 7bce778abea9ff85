/** A client that leaves its transactions open, as recipes do. */
import { Client } from 'pg'
import type { ProbeDatabase } from '../../harness/core/runtime.js'

export interface RawClient extends AsyncDisposable {
  query(sql: string): Promise<unknown>
}

export async function rawClient(database: ProbeDatabase): Promise<RawClient> {
  const client = new Client({ ...database.endpoint, password: '', ssl: false })
  client.on('error', () => undefined)
  await client.connect()
  return {
    query: (sql) => client.query(sql),
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  }
}
