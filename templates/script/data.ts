/** Reads the verdicts of the whole site. */
import {
  decodeVerdict,
  type SiteClient,
  type SiteData,
  type SiteServer,
} from '../../harness/core/site-data.js'
import type { Verdict } from '../../harness/core/verdict.js'

/** Of each probe, in their order; nothing where there is no cell. */
export function verdictsOf(data: SiteData, client: SiteClient, server: SiteServer): (Verdict | undefined)[] {
  const letters = data.verdicts[data.clients.indexOf(client)]?.[data.servers.indexOf(server)] ?? ''
  return data.probes.map((_, index) => decodeVerdict(letters[index]))
}
