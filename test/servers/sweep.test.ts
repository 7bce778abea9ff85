import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pidNamespace, startOf } from '../../harness/servers/process-table.js'
import { sweep } from '../../harness/servers/sweep.js'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sweep-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function folder(name: string, owner?: object): string {
  const path = join(root, name)
  mkdirSync(path)
  if (owner) writeFileSync(join(path, 'supervisor.json'), JSON.stringify(owner))
  return path
}

it('removes the folder of a dead supervisor', async () => {
  const dead = folder('pgmatrix-00000001', { pid: 999_999_999, start: '1', namespace: await pidNamespace() })
  expect(await sweep([root])).toEqual([dead])
})

it('removes the folder whose pid belongs to another process by now', async () => {
  const again = folder('pgmatrix-00000002', {
    pid: process.pid,
    start: 'earlier',
    namespace: await pidNamespace(),
  })
  expect(await sweep([root])).toEqual([again])
})

it('leaves alone what it cannot judge or does not own', async () => {
  const namespace = await pidNamespace()
  folder('pgmatrix-00000003', { pid: process.pid, start: await startOf(process.pid), namespace })
  folder('pgmatrix-00000004', { pid: 999_999_999, start: '1', namespace: 'pid:[another]' })
  folder('pgmatrix-00000005')
  folder('pgmatrix-notes', { pid: 999_999_999, start: '1', namespace })
  symlinkSync(tmpdir(), join(root, 'pgmatrix-00000006'))
  writeFileSync(join(root, 'pgmatrix-00000007'), '')
  expect(await sweep([root])).toEqual([])
})

it.runIf(process.geteuid?.() === 0)('leaves alone the folders of other accounts', async () => {
  const { chownSync } = await import('node:fs')
  const theirs = folder('pgmatrix-00000008', {
    pid: 999_999_999,
    start: '1',
    namespace: await pidNamespace(),
  })
  chownSync(theirs, 12_345, 12_345)
  utimesSync(theirs, 0, 0)
  expect(await sweep([root])).toEqual([])
})
