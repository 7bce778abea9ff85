/** Subresource integrity of a file, checked by ourselves before anything in the file is believed. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { EnvironmentError } from '../core/runtime.js'

/**
 * @param integrity `sha512-…` in base64, as `npm view NAME@VERSION dist.integrity` prints it
 * @throws EnvironmentError where the file is another one
 */
export async function verifyIntegrity(file: string, integrity: string, subject: string): Promise<void> {
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
    throw new EnvironmentError(
      `${subject}: the integrity in the matrix must be sha512-… in base64, not "${integrity}".`,
    )
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  const found = `sha512-${hash.digest('base64')}`
  if (found === integrity) return
  throw new EnvironmentError(
    `${subject}: the download is not the file that the matrix names, and was thrown away.\n` +
      `expected ${integrity}\nfound    ${found}\n` +
      'If the package was published anew on purpose, put the new integrity into matrix/servers.yaml.',
  )
}
