import { describe, expect, it } from 'vitest'
import {
  byDigest,
  DIGEST,
  formatReference,
  IMAGE_NAME,
  mirrored,
  parseReference,
} from '../../harness/docker/reference.js'

const HASH = `sha256:${'0123456789abcdef'.repeat(4)}`

it.each([
  ['postgres', undefined, 'postgres', undefined, undefined],
  ['postgres:17.10-bookworm', undefined, 'postgres', '17.10-bookworm', undefined],
  [`postgres@${HASH}`, undefined, 'postgres', undefined, HASH],
  [`postgres:17@${HASH}`, undefined, 'postgres', '17', HASH],
  ['library/postgres:17', undefined, 'library/postgres', '17', undefined],
  ['registry.example/hub/postgres:17', 'registry.example', 'hub/postgres', '17', undefined],
  ['registry:5000/postgres:17', 'registry:5000', 'postgres', '17', undefined],
  ['localhost/postgres', 'localhost', 'postgres', undefined, undefined],
  ['127.0.0.1:5000/library/x', '127.0.0.1:5000', 'library/x', undefined, undefined],
  ['[::1]:5000/x:1', '[::1]:5000', 'x', '1', undefined],
])('%s is taken apart and put together again', (text, registry, path, tag, digest) => {
  const reference = parseReference(text)
  expect(reference).toEqual({ registry, path, tag, digest })
  expect(formatReference(reference)).toBe(text)
})

it.each([
  '',
  'Postgres:17',
  'https://registry.example/x',
  'postgres:',
  'postgres:17 ',
  'a//b',
  `x@sha256:12`,
])('%j is no image', (text) => {
  expect(() => parseReference(text)).toThrow(`"${text}" is no image; write it as postgres:17.10-bookworm`)
})

it.each([
  ['postgres:18', 'registry.example/hub', 'registry.example/hub/library/postgres:18'],
  ['postgres:18', 'registry.example/hub/', 'registry.example/hub/library/postgres:18'],
  ['postgres:18', '127.0.0.1:5000', '127.0.0.1:5000/library/postgres:18'],
  ['postgres:18', 'mirror:5000/a/b', 'mirror:5000/a/b/library/postgres:18'],
  ['somebody/postgres:18', 'registry.example', 'registry.example/somebody/postgres:18'],
  ['other.example/postgres:18', 'registry.example/hub', 'other.example/postgres:18'],
  ['postgres:18', undefined, 'postgres:18'],
])('%s from the mirror %s is %s', (name, prefix, source) => {
  expect(formatReference(mirrored(parseReference(name), prefix))).toBe(source)
})

it.each(['', 'https://registry.example/hub', 'hub', 'registry.example/Hub', 'registry.example/hub:1', 'a b'])(
  '%j is no mirror, even for an image of another registry',
  (prefix) => {
    const named = parseReference('other.example/x:1')
    expect(() => mirrored(named, prefix)).toThrow(`"${prefix}" is no mirror; write the registry's name`)
  },
)

it('an image by its digest has no tag: engines would believe the tag', () => {
  const source = mirrored(parseReference('postgres:17'), 'registry.example')
  expect(formatReference(byDigest(source, HASH))).toBe(`registry.example/library/postgres@${HASH}`)
})

describe('in the files of a matrix', () => {
  it.each([
    ['postgres:17.10-bookworm', true],
    ['registry.example:5000/a/b:c', true],
    ['postgres', false],
    [`postgres:17@${HASH}`, false],
    ['postgres:17\n', false],
  ])('%j is the name of an image: %s', (text, is) => expect(IMAGE_NAME.test(text)).toBe(is))

  it.each([
    [HASH, true],
    [HASH.toUpperCase(), false],
    [`${HASH}0`, false],
    ['sha256:', false],
  ])('%s is a digest: %s', (text, is) => expect(DIGEST.test(text)).toBe(is))
})
