/** A server that somebody else runs, named by an environment variable. */
import type { ClientConfig } from 'pg'
import { parseIntoClientConfig } from 'pg-connection-string'
import { UsageError } from '../core/runtime.js'

export interface ForeignAddress {
  /** `managed`: from `--dsn managed` and PGMATRIX_DSN_MANAGED. */
  readonly name: string
  /** For node-postgres; holds the password and is never printed. */
  readonly target: ClientConfig
}

const NAME = /^[a-z][a-z0-9_]{0,30}$/

/** @throws UsageError; it never quotes the variable's value */
export function foreignAddress(name: string, env: NodeJS.ProcessEnv): ForeignAddress {
  if (!NAME.test(name))
    throw new UsageError(
      `--dsn ${name}: a name is lower-case letters, digits and underscores, such as "managed"`,
    )
  const variable = `PGMATRIX_DSN_${name.toUpperCase()}`
  const text = env[variable]
  if (!text)
    throw new UsageError(
      `--dsn ${name}: set ${variable} to the server's address, postgresql://user:password@host/database`,
    )
  try {
    const target = parseIntoClientConfig(text)
    if (!target.user || !target.database || !target.host) throw new Error('incomplete')
    return { name, target }
  } catch {
    throw new UsageError(
      `${variable} is no address: postgresql://user:password@host:port/database is expected`,
    )
  }
}
