/** The head of a column that stands for a server. */
import type { ServerFacts } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import { bringsPage } from './address.js'

export interface ServerColumn {
  /** The id in two parts, so that a column may be narrow: `17` and `+pgbouncer`, which is empty where there is no pooler. */
  readonly release: string
  readonly behind: string
  readonly name: string
  readonly preview: boolean
  readonly href: string
}

export function serverColumn(server: ServerFacts, root: string): ServerColumn {
  const { id, major, preview, pooler } = server
  const release = pooler === null ? id : String(major)
  const words = { release, behind: id.slice(release.length), name: serverName(server) }
  return { ...words, preview, href: root + bringsPage(id) }
}
