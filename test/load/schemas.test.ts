import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { jsonSchemas } from '../../harness/load/json-schemas.js'

const schemas = [...jsonSchemas()]

it.each(schemas)('matrix/schemas/%s is up to date: else run `npm run schemas`', async (name, text) => {
  expect(await readFile(`matrix/schemas/${name}`, 'utf8')).toBe(text)
})

it('nothing else stands in matrix/schemas', async () => {
  expect((await readdir('matrix/schemas')).toSorted()).toEqual(schemas.map(([name]) => name).toSorted())
})
