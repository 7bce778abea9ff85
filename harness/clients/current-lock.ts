/** The lock that a run goes by: the matrix's own, or one made for a client that has none yet. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../core/matrix.js'
import { EnvironmentError } from '../core/runtime.js'
import type { Setting } from '../tools/setting.js'
import { lockClient, replaceFile, type Locked } from './lock.js'
import { lockFits, lockHeader } from './lock-text.js'
import type { PrepareOptions } from './prepare-options.js'

/**
 * A client without a lock file is resolved once and the result kept in the cache folder, so that a new client can be tried at once.
 * @throws EnvironmentError without a network where something must be resolved
 */
export async function currentLock(
  client: Client,
  options: PrepareOptions,
): Promise<Locked | { readonly kind: 'not-run'; readonly reason: string }> {
  if (client.lock === undefined) return cachedLock(client, options)
  if (lockFits(client, client.lock)) return { kind: 'locked', text: client.lock }
  const reason = `locks/${client.id}.txt was made for other requirements or Pythons; run: pgmatrix lock '${client.id}'`
  return { kind: 'not-run', reason }
}

async function cachedLock(client: Client, { setting, onProgress }: PrepareOptions): Promise<Locked> {
  const name = createHash('sha256').update(lockHeader(client)).digest('hex').slice(0, 32)
  const path = join(setting.cache, 'locks', `${name}.txt`)
  const text = await readIfThere(path)
  if (text !== undefined) return { kind: 'locked', text }
  onProgress(`resolving ${client.id}, which has no lock file: pgmatrix lock '${client.id}' writes one`)
  const refusal = join(setting.cache, 'locks', `${name}-refused.txt`)
  const locked = await lockOrRemembered(client, setting, refusal)
  await (locked.kind === 'locked' ? replaceFile(path, locked.text) : replaceFile(refusal, locked.reason))
  return locked
}

/** One that refused the last time refuses without a network too. */
async function lockOrRemembered(client: Client, setting: Setting, refusal: string): Promise<Locked> {
  try {
    return await lockClient(client, setting)
  } catch (error) {
    const reason = error instanceof EnvironmentError ? await readIfThere(refusal) : undefined
    if (reason === undefined) throw error
    return { kind: 'refused', reason }
  }
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
