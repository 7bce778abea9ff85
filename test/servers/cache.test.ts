import { expect, it } from 'vitest'
import { cacheRoot } from '../../harness/cache.js'
import { nextStep } from '../../harness/servers/npm.js'

const USER = { env: {}, platform: 'linux', uid: 1000, home: '/home/me' } as const

it.each([
  ['an ordinary user', USER, '/home/me/.cache/pgmatrix'],
  ['root on Linux', { ...USER, uid: 0, home: '/root' }, '/var/cache/pgmatrix'],
  ['macOS', { ...USER, platform: 'darwin', home: '/Users/me' }, '/Users/me/Library/Caches/pgmatrix'],
  ['XDG_CACHE_HOME', { ...USER, env: { XDG_CACHE_HOME: '/fast' } }, '/fast/pgmatrix'],
  ['a relative XDG_CACHE_HOME', { ...USER, env: { XDG_CACHE_HOME: 'fast' } }, '/home/me/.cache/pgmatrix'],
  [
    'PGMATRIX_CACHE before all',
    { ...USER, uid: 0, env: { PGMATRIX_CACHE: '/mine', XDG_CACHE_HOME: '/fast' } },
    '/mine',
  ],
  ['an empty PGMATRIX_CACHE', { ...USER, env: { PGMATRIX_CACHE: '' } }, '/home/me/.cache/pgmatrix'],
] as const)('cacheRoot: %s', (_who, around, expected) => {
  expect(cacheRoot(around)).toBe(expected)
})

it.each([
  ['ENOSPC', /The disk is full/],
  ['ETARGET', /gone from this registry/],
  ['E404', /gone from this registry/],
  ['E401', /credentials/],
  ['EACCES', /may not write/],
  ['ECONNREFUSED', /Check the network/],
])('npm’s %s has a next step', (code, message) => {
  expect(nextStep(code, '/cache')).toMatch(message)
})
