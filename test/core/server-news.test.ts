import { describe, expect, it } from 'vitest'
import type { Server } from '../../harness/core/matrix.js'
import { newMajors, newRelease, packagedRelease, packageNames } from '../../harness/core/server-news.js'

const binary = (name: string, version: string) => ({ name, version, integrity: 'sha512-A' })

function server(id: string, version: string, platforms: readonly string[]): Server {
  const binaries = platforms.map((platform) => [platform, binary(`pg-${platform}`, `${version}.0-beta.1`)])
  const facts = { preview: /rc|beta/.test(version), image: undefined }
  return { id, major: Number(id), version, ...facts, binaries: Object.fromEntries(binaries) }
}

const eighteen = server('18', '18.4', ['linux-x64', 'darwin-x64'])
const preview = server('19', '19rc1', [])
const names = packageNames([server('10', '10.23', ['linux-x64']), eighteen, preview])

const published = (linux: readonly string[], mac: readonly string[] = linux) =>
  new Map([
    ['pg-linux-x64', linux],
    ['pg-darwin-x64', mac],
  ])

it('names of packages are those of the newest server that has some', () => {
  expect([...names.keys()]).toEqual(['linux-x64', 'darwin-x64'])
  expect(packageNames([preview]).size).toBe(0)
})

it.each([
  ['18.4.0-beta.17', '18.4', false],
  ['11.22.1-beta.11', '11.22', false],
  ['19.0.0-beta.18', '19.0', false],
  ['19.0.0-rc1-beta.18', '19rc1', true],
  ['19.0.0-beta2', '19beta2', true],
])('%s is PostgreSQL %s', (version, release, isPreview) => {
  expect(packagedRelease(version)).toMatchObject({ release, preview: isPreview })
})

it('what is no version is none', () => {
  expect(packagedRelease('latest')).toBeUndefined()
})

describe('a release of a server', () => {
  it('is new with the newest build of each platform', () => {
    const all = published(
      ['18.4.0-beta.17', '18.5.0-beta.9', '18.5.0-beta.17', '17.11.0-beta.17'],
      ['18.5.0-beta.10'],
    )
    expect(newRelease(eighteen, names, { published: all, pre: false })).toEqual({
      ...{ kind: 'release', id: '18', from: '18.4', to: '18.5', preview: false, missing: [] },
      packages: [
        { platform: 'linux-x64', name: 'pg-linux-x64', version: '18.5.0-beta.17' },
        { platform: 'darwin-x64', name: 'pg-darwin-x64', version: '18.5.0-beta.10' },
      ],
    })
  })

  it('says which of its platforms do not have it', () => {
    const some = published(['18.5.0-beta.17'], ['18.4.0-beta.17'])
    expect(newRelease(eighteen, names, { published: some, pre: false })).toMatchObject({
      ...{ to: '18.5', missing: ['darwin-x64'] },
    })
  })

  it.each([[['18.4.0-beta.18']], [['18.3.0-beta.18']], [['19.0.0-beta.18']], [[]]])(
    '%j is none',
    (versions) => {
      const nothing = { published: published(versions), pre: true }
      expect(newRelease(eighteen, names, nothing)).toBeUndefined()
    },
  )
})

describe('a server that is an image alone', () => {
  it('has packages once it is released', () => {
    const first = newRelease(preview, names, { published: published(['19.0.0-beta.18']), pre: false })
    expect(first).toMatchObject({ kind: 'first', id: '19', from: '19rc1', to: '19.0', missing: [] })
  })

  it.each([
    [true, '19rc2'],
    [false, undefined],
  ])('has another preview where those are wanted (%s): %s', (pre, to) => {
    const found = newRelease(preview, names, { published: published(['19.0.0-rc2-beta.18']), pre })
    expect(found?.to).toBe(to)
  })
})

describe('majors', () => {
  it('are new beyond all that the matrix has', () => {
    const all = { published: published(['18.5.0-beta.1', '19.0.0-beta.1', '20.1.0-beta.1']), pre: false }
    expect(newMajors([eighteen, preview], names, all)).toMatchObject([
      { kind: 'major', id: '20', from: null, to: '20.1', missing: [] },
    ])
  })

  it('want a package for linux-x64', () => {
    const mac = { published: published([], ['19.0.0-beta.1']), pre: false }
    expect(newMajors([eighteen], names, mac)).toMatchObject([{ id: '19', missing: ['linux-x64'] }])
  })
})
