import { describe, expect, it } from 'vitest'
import { candidateOf, isVersion, parseCandidate, wheelVersion } from '../../harness/core/candidate.js'
import { psycopg2 } from '../clients/clients.js'

it.each<[string, ReturnType<typeof parseCandidate>]>([
  ['psycopg@../psycopg', { family: 'psycopg', what: '../psycopg' }],
  ['psycopg@3.4', { family: 'psycopg', what: '3.4' }],
  ['pg8000_native@C:\\work@home', { family: 'pg8000_native', what: 'C:\\work@home' }],
  ['psycopg', undefined],
  ['@3.4', undefined],
  ['psycopg@', undefined],
])('%s', (word, candidate) => expect(parseCandidate(word)).toEqual(candidate))

it.each<[string, boolean]>([
  ['3.4', true],
  ['3.4.0rc1', true],
  ['2.9.13.post1', true],
  ['0.33.0.dev0', true],
  ['./3.4', false],
  ['3.4-py3-none-any.whl', false],
])('%s is a version: %s', (what, is) => expect(isVersion(what)).toBe(is))

it.each<[string, string | undefined]>([
  ['psycopg-3.4.0-py3-none-any.whl', '3.4.0'],
  ['psycopg2_binary-2.9.14-cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64.whl', '2.9.14'],
  ['asyncpg-0.33.0.dev0+gabc-1-cp313-cp313-linux_x86_64.whl', '0.33.0.dev0+gabc'],
  ['psycopg-3.4.0.tar.gz', undefined],
  ['wheel.whl', undefined],
])('the version in %s', (name, version) => expect(wheelVersion(name)).toBe(version))

describe('a candidate', () => {
  const template = {
    ...psycopg2('2.9.13', { python: '>=3.10', lock: 'a lock' }),
    install: ['psycopg2-binary[c]==2.9.13', 'pgvector'],
  }

  it('is the newest release with another one in its place, and has no lock yet', () => {
    expect(candidateOf(template, { version: '2.9.14', wheel: undefined })).toMatchObject({
      ...{ id: 'psycopg2-2.9.14', version: '2.9.14', pins: { 'psycopg2-binary': '2.9.14' } },
      install: ['psycopg2-binary[c]==2.9.14', 'pgvector'],
    })
    expect(candidateOf(template, { version: '2.9.14', wheel: undefined })).not.toHaveProperty('lock')
  })

  it('of a wheel never passes for a release', () => {
    expect(candidateOf(template, { version: '2.9.13+g0', wheel: 'file:///w.whl' })).toMatchObject({
      ...{ id: 'psycopg2-2.9.13.g0.checkout', pins: { 'psycopg2-binary': '2.9.13+g0' } },
      install: ['psycopg2-binary[c] @ file:///w.whl', 'pgvector'],
    })
  })

  it('cannot be made where the package is not what is installed', () => {
    expect(
      candidateOf({ ...template, install: ['other==1'] }, { version: '1', wheel: undefined }),
    ).toBeUndefined()
  })
})
