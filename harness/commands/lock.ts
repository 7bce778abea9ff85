/** `pgmatrix lock`: resolves the packages of clients anew and writes their locks. */
import picomatch from 'picomatch'
import { writeLocks } from '../clients/lock.js'
import { renamedIn } from '../core/renamed-in.js'
import type { Matrix } from '../core/matrix.js'
import { UsageError } from '../core/runtime.js'

export interface LockOptions {
  readonly folder: string
  readonly matrix: Matrix
  /** Globs over client ids; none means all. */
  readonly clients: readonly string[]
}

/** @throws UsageError where the globs match no client. */
export async function lock({
  folder,
  matrix,
  clients,
}: LockOptions): Promise<{ text: string; json: unknown }> {
  const wanted = clients.length === 0 ? () => true : picomatch([...clients])
  const chosen = matrix.clients.filter(({ id }) => wanted(id))
  if (chosen.length === 0) {
    const renamed = clients.flatMap((glob) => renamedIn(`*/${glob}`, matrix))
    const hint = renamed.length > 0 ? renamed.join('; ') : '`pgmatrix plan` lists them'
    throw new UsageError(`no client matches ${clients.join(' ')}; ${hint}`)
  }
  const { written, refused } = await writeLocks(folder, chosen)
  const failures = refused.map(({ client, reason }) => ({ client: client.id, reason }))
  const text = [
    ...written,
    ...failures.map(({ client, reason }) => `${client} keeps its lock: ${reason}`),
  ].join('\n')
  return { text, json: { written, refused: failures } }
}
