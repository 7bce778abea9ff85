/** Ids for feeds that need no address of the site: they stay when it moves. */
import { createHash } from 'node:crypto'

/** A UUID of version 8 (RFC 9562) from what it names: the same text gives the same id. */
export function urn(text: string): string {
  const hex = createHash('sha256').update(`pgmatrix ${text}`).digest('hex')
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20, 32),
  ]
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`
}
