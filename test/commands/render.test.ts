/** From a results file to a site, as a user asks for it. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { asLines, madeResults } from '../render/made-results.js'
import { run } from './program.js'

const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-render-'))
const site = path.join(folder, 'site')
const made = madeResults({ servers: [18], features: 2 })
const before = file('before', '2026-11-23T09:00:00.000Z')
const after = file('after', '2026-11-24T09:00:00.000Z')

function file(name: string, startedAt: string): string {
  const place = path.join(folder, `${name}.jsonl`)
  writeFileSync(place, asLines({ ...made, header: { ...made.header, startedAt } }))
  return place
}

const read = (name: string) => readFileSync(path.join(site, name), 'utf8')

it('compares with the site that it replaces, and knows its address from the environment', async () => {
  expect((await run(['render', '--results', before, '--site', site])).code).toBe(0)
  expect(read('changes.html')).toContain('There is nothing to compare with')
  expect(existsSync(path.join(site, 'sitemap.xml'))).toBe(false)
  const words = ['render', '--results', after, '--site', site, '--previous', site]
  const { code, stderr } = await run(words, { PGMATRIX_BASE_URL: 'https://example.org/x' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(read('changes.html')).toContain('no cell that both have differs')
  expect(read('sitemap.xml')).toContain('<loc>https://example.org/x/changes.html</loc>')
})

it.each([
  [['--base-url', 'example.org'], /an address such as https:\/\/example\.org\/pgmatrix\/ is needed/],
  [['--previous', folder], /is no site: it has no data\/results\.jsonl/],
  [['--previous', path.join(folder, 'none.jsonl')], /no such results file/],
])('%j is wrong use, and the site stays', async (words, message) => {
  const { code, stderr } = await run(['render', '--results', before, '--site', site, ...words])
  expect(stderr).toMatch(message)
  expect(code).toBe(2)
})
