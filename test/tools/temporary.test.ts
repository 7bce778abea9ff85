import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sweepTemporary, temporaryFolder } from '../../harness/temporary.js'

let root: string

beforeEach(async () => (root = await mkdtemp(path.join(tmpdir(), 'temporary-'))))
afterEach(() => rm(root, { recursive: true }))

it('is gone when it is no longer held', async () => {
  let place: string
  {
    await using held = await temporaryFolder('test')
    place = held.folder
    expect(existsSync(place)).toBe(true)
    expect(await sweepTemporary()).not.toContain(place)
  }
  expect(existsSync(place)).toBe(false)
})

it('of a process that was killed goes with the next sweep, and nothing else does', async () => {
  await using held = await temporaryFolder('test')
  const own = path.basename(held.folder)
  const dead = own.replace(/-\d+-(?=\w+-\d+-\w{6}$)/, '-999999999-')
  const reused = own.replace(/-\w+-(?=\d+-\w{6}$)/, '-1-')
  const elsewhere = dead.replace(/-\d+-(?=\w{6}$)/, '-1-')
  const notes = 'pgmatrix-notes'
  expect(new Set([own, dead, reused, elsewhere]).size).toBe(4)
  for (const name of [own, dead, reused, elsewhere, notes]) await mkdir(path.join(root, name))
  expect((await sweepTemporary(root)).toSorted()).toEqual(
    [dead, reused].map((name) => path.join(root, name)).toSorted(),
  )
  expect((await readdir(root)).toSorted()).toEqual([own, elsewhere, notes].toSorted())
})
