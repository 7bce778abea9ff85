import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { filesBelow } from '../../harness/files-below.js'
import { replaceFiles } from '../../harness/update/replace-files.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgmatrix-test-'))
  await writeFile(path.join(folder, 'old.yaml'), 'old\n')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const read = (name: string) => readFile(path.join(folder, name), 'utf8')

it('files are replaced and made, and nothing is left beside them', async () => {
  const files = new Map([
    ['locks/new.txt', 'new\n'],
    ['old.yaml', 'changed\n'],
  ])
  await replaceFiles(folder, files)
  expect(await filesBelow(folder)).toEqual(['locks/new.txt', 'old.yaml'])
  expect([await read('locks/new.txt'), await read('old.yaml')]).toEqual(['new\n', 'changed\n'])
})

it.each([
  ['a folder stands in the place of the last', 'taken'],
  ['a file stands in the place of its folder', 'old.yaml/x'],
])('where %s, all are as they were', async (_, last) => {
  await mkdir(path.join(folder, 'taken'))
  const files = new Map(['made.txt', 'old.yaml', last].map((name) => [name, 'changed\n']))
  await expect(replaceFiles(folder, files)).rejects.toMatchObject({
    name: 'EnvironmentError',
    message: expect.stringMatching(/^Nothing was changed: cannot write to /),
  })
  expect(await filesBelow(folder)).toEqual(['old.yaml'])
  expect(await read('old.yaml')).toBe('old\n')
})
