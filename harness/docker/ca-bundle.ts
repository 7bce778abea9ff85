/** The certificate authorities that a package index is trusted by, for containers, which know the public ones alone. */
import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { UsageError } from '../core/runtime.js'

export interface CaBundleSources {
  /** What `--ca-bundle` names. */
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** What `cert` in pip's configuration files names. */
  readonly pipCert?: string | undefined
}

/** Bytes. A whole operating system's bundle has a fifth of that. */
const MAX_SIZE = 2_000_000

/**
 * PEM: the certificates of the first source that is set, and nothing else of its file. Null where none is set.
 * @throws UsageError where the file cannot be read or holds no certificates; it names the option or variable
 */
export async function caBundle(sources: CaBundleSources): Promise<string | null> {
  const source = firstSet(sources)
  if (!source) return null
  const { name, path } = source
  return certificatesIn(await contentOf(name, path), `${name} ${path}`)
}

const VARIABLES = ['REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS']

function firstSet({ file, env, pipCert }: CaBundleSources): { name: string; path: string } | undefined {
  const candidates = [
    { name: '--ca-bundle', path: file },
    { name: 'PIP_CERT', path: env.PIP_CERT },
    { name: "cert in pip's configuration", path: pipCert },
    ...VARIABLES.map((name) => ({ name, path: env[name] })),
  ]
  for (const { name, path } of candidates) if (path) return { name, path }
  return undefined
}

async function contentOf(name: string, path: string): Promise<string> {
  try {
    const status = await stat(path)
    if (!status.isFile())
      throw new UsageError(`${name} ${path} is no file; it must be one of PEM certificates`)
    if (status.size > MAX_SIZE) {
      throw new UsageError(
        `${name} ${path} is larger than ${MAX_SIZE / 1_000_000} MB; name a file of certificates alone`,
      )
    }
    return await readFile(path, 'latin1')
  } catch (error) {
    if (error instanceof UsageError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${name} ${path} cannot be read: ${reason}`, { cause: error })
  }
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function certificatesIn(text: string, source: string): string {
  const blocks = text.match(BLOCK) ?? []
  if (blocks.length === 0)
    throw new UsageError(`${source} holds no PEM certificate (-----BEGIN CERTIFICATE-----)`)
  for (const [index, block] of blocks.entries()) {
    if (!isCertificate(block)) throw new UsageError(`${source}: certificate ${index + 1} cannot be read`)
  }
  return `${blocks.join('\n')}\n`
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false
  }
}
