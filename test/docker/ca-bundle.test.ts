import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caBundle } from '../../harness/docker/ca-bundle.js'

const [one = '', two = ''] = rootCertificates
const KEY = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----'
const GARBAGE = '-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function bundle(content: string, name = 'bundle.pem'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('caBundle', () => {
  it('is nothing where nothing is set', async () => {
    expect(await caBundle({ env: { PIP_CERT: '', HOME: '/home/ann' } })).toBeNull()
  })

  it('holds the certificates of a file, and no key of it', async () => {
    const file = await bundle(`# Company CA\n${one}\n${KEY}\r\n${two}\n`)
    expect(await caBundle({ file, env: {} })).toBe(`${one}\n${two}\n`)
  })

  const ORDER = [
    'PIP_CERT',
    'pipCert',
    'REQUESTS_CA_BUNDLE',
    'SSL_CERT_FILE',
    'CURL_CA_BUNDLE',
    'NODE_EXTRA_CA_CERTS',
  ]

  it.each(['file', ...ORDER].map((source, index, all) => [source, all.slice(index)] as const))(
    'takes %s before all after it',
    async (first, set) => {
      const [wanted, other] = [await bundle(one, 'first.pem'), await bundle(two, 'other.pem')]
      const paths: Record<string, string> = Object.fromEntries(
        set.map((name) => [name, name === first ? wanted : other]),
      )
      const { file, pipCert, ...env } = paths
      expect(await caBundle({ file, pipCert, env })).toBe(`${one}\n`)
    },
  )

  it.each([
    ['is missing', async () => join(folder, 'none.pem'), /^--ca-bundle \S+none\.pem cannot be read: ENOENT/],
    ['is a folder', async () => folder, /^--ca-bundle \S+ is no file/],
    ['holds no certificate', () => bundle(KEY), /^--ca-bundle \S+ holds no PEM certificate/],
    [
      'holds a broken one',
      () => bundle(`${one}\n${GARBAGE}`),
      /^--ca-bundle \S+: certificate 2 cannot be read/,
    ],
    ['is too large', () => bundle(`${one}\n`.padEnd(2_000_001)), /^--ca-bundle \S+ is larger than 2 MB/],
  ])('refuses a file that %s', async (_, path, message) => {
    await expect(caBundle({ file: await path(), env: {} })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message),
    })
  })

  it('names the variable at fault', async () => {
    await expect(caBundle({ env: { SSL_CERT_FILE: join(folder, 'none.pem') } })).rejects.toThrow(
      /^SSL_CERT_FILE \S+none/,
    )
    await expect(caBundle({ env: {}, pipCert: await bundle('') })).rejects.toThrow(
      /^cert in pip's configuration /,
    )
  })
})
