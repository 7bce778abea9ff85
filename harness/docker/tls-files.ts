/** Certificates for an engine, as the Docker CLI keeps them: ca.pem, cert.pem and key.pem in a folder. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createSecureContext } from 'node:tls'
import { UsageError } from '../core/runtime.js'
import { isErrno } from '../load/errno.js'
import type { TlsMaterial } from './address-text.js'

/** Who asks for them, and what they are for. */
export interface TlsWanted {
  /** For messages: `DOCKER_CERT_PATH`. */
  readonly place: string
  /** The server must prove who it is. */
  readonly verify: boolean
  /** Without ca.pem it is an error. */
  readonly needsCa: boolean
}

/** Undefined where none of the three files is there. @throws UsageError that names the file */
export async function readTlsFiles(folder: string, wanted: TlsWanted): Promise<TlsMaterial | undefined> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readPem(path.join(folder, name), wanted)),
  )
  if (wanted.needsCa && ca === undefined)
    throw new UsageError(
      `${wanted.place}: ${folder} has no ca.pem, the certificate authority that the engine is to be known by. Put it there, or name its folder in DOCKER_CERT_PATH.`,
    )
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError(
      `${wanted.place}: ${folder} has only one of cert.pem and key.pem. They belong together: add the other one, or remove both.`,
    )
  if (ca === undefined && cert === undefined) return undefined
  try {
    createSecureContext({ ca, cert, key })
  } catch (error) {
    throw new UsageError(
      `${wanted.place}: the certificates in ${folder} cannot be used: ${reason(error)}. Make ca.pem, cert.pem and key.pem anew (PEM, key without a passphrase, made for this certificate).`,
    )
  }
  return { ca, cert, key, verify: wanted.verify }
}

async function readPem(file: string, { place }: TlsWanted): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw new UsageError(
      `${place}: ${file} cannot be read: ${reason(error)}. Make it readable for your account.`,
    )
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
