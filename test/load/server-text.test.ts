import { describe, expect, it } from 'vitest'
import type { ServerNews } from '../../harness/core/server-news.js'
import { imageOf, withoutImages, withServer } from '../../harness/load/server-text.js'

const TEXT = `# Of the matrix.
servers:
  - id: '18' # the newest
    version: '18.4'
    image: postgres:18.4-bookworm
    # Poolers.
    poolers: [pgbouncer]
    binaries:
      linux-x64:
        name: '@pg/linux-x64'
        version: 18.4.0-beta.17 # a build
        integrity: sha512-OLD==
  # It is coming.
  - id: '19'
    version: 19rc1
    preview: true # for how long?
    image: postgres:19rc1-bookworm

# The end.
`

const integrities = new Map([
  ['@pg/linux-x64@18.5.0-beta.17', 'sha512-NEW=='],
  ['@pg/linux-x64@19.0.0-beta.18', 'sha512-FIRST=='],
  ['@pg/linux-x64@20.0.0-beta.19', 'sha512-MAJOR=='],
])

function news(parts: Pick<ServerNews, 'kind' | 'id' | 'from' | 'to'>, version: string): ServerNews {
  const packages = [{ platform: 'linux-x64', name: '@pg/linux-x64', version }]
  return { ...parts, preview: false, missing: [], packages }
}

it('a release replaces version, image, packages and integrity, and nothing else', () => {
  const release = news({ kind: 'release', id: '18', from: '18.4', to: '18.5' }, '18.5.0-beta.17')
  expect(withServer(TEXT, release, integrities)).toBe(
    TEXT.replace("'18.4'", "'18.5'")
      .replace('18.4-bookworm', '18.5-bookworm')
      .replace('18.4.0-beta.17', '18.5.0-beta.17')
      .replace('sha512-OLD==', 'sha512-NEW=='),
  )
})

const BINARIES = (version: string, integrity: string) => `    binaries:
      linux-x64:
        name: '@pg/linux-x64'
        version: ${version}
        integrity: ${integrity}
`

it('a preview becomes a release with packages', () => {
  const first = news({ kind: 'first', id: '19', from: '19rc1', to: '19.0' }, '19.0.0-beta.18')
  expect(withServer(TEXT, first, integrities)).toBe(
    TEXT.replace('version: 19rc1', "version: '19.0'")
      .replace('    preview: true # for how long?\n', '')
      .replace(
        'postgres:19rc1-bookworm\n',
        `postgres:19.0-bookworm\n${BINARIES('19.0.0-beta.18', 'sha512-FIRST==')}`,
      ),
  )
})

it('a major gets an entry behind the one before it', () => {
  const major = news({ kind: 'major', id: '20', from: null, to: '20.0' }, '20.0.0-beta.19')
  const entry = `  - id: '20'\n    version: '20.0'\n    image: postgres:20.0-bookworm\n${BINARIES('20.0.0-beta.19', 'sha512-MAJOR==')}`
  expect(withServer(TEXT, major, integrities)).toBe(
    TEXT.replace('19rc1-bookworm\n', `19rc1-bookworm\n${entry}`),
  )
})

describe('the image follows the version where its tag begins with it', () => {
  it.each([
    ['postgres:18.4-bookworm', 'postgres:18.5-bookworm'],
    ['registry.example:5000/hub/postgres:18.4', 'registry.example:5000/hub/postgres:18.5'],
    ['pgvector/pgvector:0.8.1-pg18', 'pgvector/pgvector:0.8.1-pg18'],
    ['postgres:18.40-bookworm', 'postgres:18.40-bookworm'],
    ['postgres:18', 'postgres:18'],
  ])('%s: %s', (image, expected) => {
    expect(imageOf(image, '18.4', '18.5')).toBe(expected)
  })
})

describe('the lock of images', () => {
  const lock = '# Digests.\nimages:\n  a:1: sha256:1 # one\n  b:1: sha256:2\n'

  it.each([
    [['a:1'], '# Digests.\nimages:\n  b:1: sha256:2\n'],
    [['a:1', 'b:1'], '# Digests.\nimages: {}\n'],
    [[], lock],
  ])('without %j', (unused, expected) => {
    expect(withoutImages(lock, unused)).toBe(expected)
  })
})
