import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EnvironmentError, UsageError } from '../../harness/core/runtime.js'
import type { Results } from '../../harness/core/result.js'
import { madeResults } from './made-results.js'
import { renderInto } from './rendered.js'

const results = madeResults({ servers: [18], features: 2 })

let place: string
let site: string
beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'pgmatrix-write-'))
  site = path.join(place, 'site')
})
afterEach(() => rm(place, { recursive: true }))

describe('writing the site', () => {
  it('gives the same bytes for the same results, and offers the results themselves', async () => {
    await renderInto(site, results)
    const first = await contents(site)
    await renderInto(site, results)
    expect(await contents(site)).toEqual(first)
    const offered = gunzipSync(await readFile(path.join(site, 'data', 'results.jsonl.gz'))).toString()
    expect(offered).toBe(await readFile(`${site}.jsonl`, 'utf8'))
  })

  it('takes away what the new results no longer have, and keeps the README', async () => {
    await mkdir(site)
    await writeFile(path.join(site, 'README.md'), 'mine')
    await renderInto(site, madeResults({ servers: [18], features: 3 }))
    expect(await readdir(path.join(site, 'probe'))).toContain('type-bytea.html')
    await renderInto(site, results)
    expect(await readdir(path.join(site, 'probe'))).toEqual(['type-numeric.html', 'type-uuid.html'])
    expect(await readFile(path.join(site, 'README.md'), 'utf8')).toBe('mine')
  })

  it('leaves nothing beside the site', async () => {
    await renderInto(site, results)
    expect((await readdir(place)).toSorted()).toEqual(['site', 'site.jsonl'])
  })

  it.each(['thesis.txt', '.git'])('does not replace a folder with %s in it', async (name) => {
    await mkdir(site)
    await writeFile(path.join(site, name), 'years of work')
    await expect(renderInto(site, results)).rejects.toThrow(
      new UsageError(
        `${site} was not made by pgmatrix (it has no .pgmatrix-site) and is not replaced: name an empty folder with --site`,
      ),
    )
    expect(await readdir(site)).toEqual([name])
  })

  it('does not replace a file', async () => {
    await writeFile(site, 'text')
    await expect(renderInto(site, results)).rejects.toThrow('was not made by pgmatrix')
    expect(await readFile(site, 'utf8')).toBe('text')
  })

  it.each<[string, Results, string]>([
    [
      'a cell of an unknown client',
      { ...results, header: { ...results.header, clients: results.header.clients.slice(1) } },
      'results: cell 18/psycopg2-2.9.13/type-uuid names a client that the header does not have',
    ],
    [
      'a client of an unknown family',
      { ...results, header: { ...results.header, families: results.header.families.slice(1) } },
      'results: client psycopg2-2.9.13 belongs to family psycopg2, which the header does not have',
    ],
    [
      'no server',
      { ...results, cells: [], header: { ...results.header, servers: [] } },
      'the results name no server: nothing to show; run `pgmatrix run` first',
    ],
    [
      'a probe that is listed twice',
      {
        ...results,
        header: { ...results.header, probes: [...results.header.probes, ...results.header.probes] },
      },
      'results: two pages would be called probe/type-uuid.html',
    ],
  ])('refuses results with %s and leaves the old site alone', async (_, wrong, message) => {
    await renderInto(site, results)
    const before = await contents(site)
    await expect(renderInto(site, wrong)).rejects.toThrow(new UsageError(message))
    expect(await contents(site)).toEqual(before)
    expect((await readdir(place)).toSorted()).toEqual(['site', 'site.jsonl'])
  })

  it.skipIf(process.getuid?.() === 0)('says where it may not write, and what next', async () => {
    await writeFile(`${site}.jsonl`, '')
    await chmod(place, 0o500)
    await expect(renderFrom(site)).rejects.toThrow(EnvironmentError)
    await chmod(place, 0o700)
  })

  it('says so where the place is no folder', async () => {
    await writeFile(path.join(place, 'file'), '')
    const below = path.join(place, 'file', 'site')
    await writeFile(`${site}.jsonl`, '')
    await expect(renderFrom(below)).rejects.toThrow(
      /the site cannot be written \(E.*Free space or name another folder/,
    )
  })

  async function renderFrom(target: string): Promise<number> {
    const { writeSite } = await import('../../harness/render/write.js')
    return writeSite(
      { shown: { results, previous: null }, file: `${site}.jsonl`, templates: path.resolve('templates') },
      target,
    )
  }
})

async function contents(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true })).toSorted()
  const files = new Map<string, string>()
  for (const name of names) {
    const file = path.join(folder, name)
    if ((await stat(file)).isFile()) files.set(name, await readFile(file, 'utf8'))
  }
  return files
}
