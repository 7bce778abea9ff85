import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import { readPrevious } from '../../../harness/commands/previous.js'
import type { Cell, Results } from '../../../harness/core/result.js'
import type { Verdict } from '../../../harness/core/verdict.js'
import { previousOf, publicationsOf } from '../../../harness/render/changes/compare.js'
import { PUBLICATIONS_KEPT } from '../../../harness/render/changes/publication.js'
import { FILE_SCHEMAS } from '../../../harness/render/data/schema.js'
import { viewResults } from '../../../harness/render/models/view.js'
import { hostile } from '../hostile.js'
import { madeResults } from '../made-results.js'
import { rendered, renderInto } from '../rendered.js'

const made = madeResults({ servers: [16, 17, 18], features: 4 })
const before = allNative(made)
const AFTER = '2026-12-01T08:00:00.000Z'

/** What changed is known: one of each kind. */
const after: Results = {
  ...before,
  header: { ...before.header, startedAt: AFTER },
  cells: before.cells
    .filter((cell) => !is(cell, '16', 'pg8000-1.31.6', 'type-bytea'))
    .map((cell) => {
      if (is(cell, '17', 'asyncpg-0.32.0', 'type-uuid'))
        return found(cell, 'broken', 'returned 1, expected 2')
      if (is(cell, '18', 'asyncpg-0.32.0', 'type-uuid'))
        return found(cell, 'broken', 'returned 1, expected 2')
      if (is(cell, '18', 'psycopg-3.3.9', 'type-uuid')) return found(cell, 'timeout', 'did not end')
      return cell
    }),
}

describe('a site that is compared with what was published before', () => {
  it('says what is worse, other and gone, and leads to the cells', async () => {
    await using site = await rendered(after, { previous: previousOf(before, []) })
    const $ = await site.dom('changes.html')
    expect($('.lead').text()).toBe(
      'The run of 2026-12-01 compared with what was published before, a run of 2026-11-23: worse 2, other 1, gone 1.',
    )
    const rows = $('.change')
      .get()
      .map((section) => [
        $(section).find('h2').text(),
        ...$(section)
          .find('tbody tr')
          .get()
          .map((row) =>
            $(row)
              .children()
              .get()
              .map((cell) => $(cell).text().trim())
              .join(' | '),
          ),
      ])
    expect(rows).toEqual([
      [
        'Worse',
        'uuid becomes uuid.UUID | asyncpg 0.32.0 | 17, 18 | native | broken | returned 1, expected 2',
      ],
      ['Other', 'uuid becomes uuid.UUID | psycopg 3 3.3.9 | 18 | native | timeout | did not end'],
      ['Gone', 'bytea becomes bytes | pg8000 1.31.6 | 16 | native | no cell | '],
    ])
    const links = $('.change tbody a')
      .get()
      .map(({ attribs }) => attribs.href)
    expect(links).toEqual(['probe/type-uuid.html#asyncpg-0.32.0@18', 'probe/type-uuid.html#psycopg-3.3.9@18'])
    const target = await site.dom('probe/type-uuid.html')
    for (const link of links) expect(target(`[id="${link?.split('#')[1]}"]`).length).toBe(1)
  })

  it('says the other way round what is better and new', async () => {
    const back: Results = { ...before, header: { ...before.header, startedAt: '2026-12-02T08:00:00.000Z' } }
    await using site = await rendered(back, { previous: previousOf(after, []) })
    const $ = await site.dom('changes.html')
    expect(
      $('.change h2')
        .get()
        .map((title) => $(title).text()),
    ).toEqual(['Better', 'Other', 'New'])
    expect($('#better').parent().find('.seen').text()).toBe('returned 1, expected 2')
  })

  it('names servers, clients and features that came or went once, not each of their cells', async () => {
    const wider = allNative(madeResults({ servers: [17, 18], features: 5, everyRelease: true }))
    const results = { ...wider, header: { ...wider.header, startedAt: AFTER } }
    await using site = await rendered(results, { previous: previousOf(before, []) })
    const $ = await site.dom('changes.html')
    const facts = $('.facts > div')
      .get()
      .map((fact) =>
        $(fact)
          .children()
          .get()
          .map((child) => $(child).text()),
      )
    expect(facts.map(([title]) => title)).toEqual([
      ...['Before', 'After', 'New clients', 'New features', 'Gone servers'],
    ])
    expect(facts[2]?.[1]).toContain('psycopg2 2.9.5, psycopg2 2.8.6, psycopg 3 3.2.13')
    expect(facts[4]?.[1]).toBe('PostgreSQL 16.4')
    expect($('.change').length).toBe(0)
  })

  it('says so where there is nothing to compare with', async () => {
    await using site = await rendered(before)
    const $ = await site.dom('changes.html')
    expect($('.lead').text()).toMatch(/^There is nothing to compare with/)
    expect($('nav[aria-label=Site] [aria-current]').text()).toBe('What changed')
    const feed = load(await site.text('changes.atom'), { xmlMode: true })
    expect([feed('entry').length, feed('feed > updated').text()]).toEqual([0, before.header.startedAt])
  })
})

describe('feeds', () => {
  it('tell of everything, and of each family of clients', async () => {
    await using site = await rendered(after, { previous: previousOf(before, []) })
    const feed = async (name: string) => {
      const $ = load(await site.text(name), { xmlMode: true })
      return $('entry')
        .get()
        .map((entry) => [$(entry).children('title').text(), $(entry).children('updated').text()])
    }
    expect(await feed('changes.atom')).toEqual([['1 worse, 1 other, 1 gone', AFTER]])
    expect(await feed('changes/asyncpg.atom')).toEqual([['1 worse', AFTER]])
    expect(await feed('changes/django.atom')).toEqual([])
    for (const { id } of after.header.families) expect(site.exists(`changes/${id}.atom`)).toBe(true)
    const $ = load(await site.text('changes/asyncpg.atom'), { xmlMode: true })
    expect(load($('content').text())('li').text()).toBe(
      'Worse: uuid becomes uuid.UUID, asyncpg 0.32.0 on PostgreSQL 17, 18: native → broken: returned 1, expected 2',
    )
    for (const { attribs } of $('link').get()) {
      const target = path.posix.join('changes', attribs.href ?? '')
      expect(site.exists(target), `leads to ${target}`).toBe(true)
    }
  })

  it('have ids that are the same each time and their own, and whole links where the address is known', async () => {
    const how = { previous: previousOf(before, []), baseUrl: 'https://example.org/x/' }
    await using site = await rendered(after, how)
    await using again = await rendered(after, { previous: how.previous })
    const ids = async (of: typeof site, name: string) => {
      const $ = load(await of.text(name), { xmlMode: true })
      return [
        $('feed > id').text(),
        ...$('entry > id')
          .get()
          .map((id) => $(id).text()),
      ]
    }
    const [own, entry] = await ids(site, 'changes.atom')
    expect(own).toBe('https://example.org/x/changes.atom')
    const [urn, sameEntry] = await ids(again, 'changes.atom')
    const [familyUrn, familyEntry] = await ids(again, 'changes/asyncpg.atom')
    expect(sameEntry).toBe(entry)
    const all = [urn, entry, familyUrn, familyEntry]
    expect(new Set(all).size).toBe(4)
    for (const id of all)
      expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    const $ = load(await site.text('changes.atom'), { xmlMode: true })
    expect($('entry > link').attr('href')).toBe('https://example.org/x/changes/2026-12-01T08-00-00-000Z.html')
  })

  it('words of an enemy are words, in the feed and in its content', async () => {
    const enemy = hostile(after)
    await using site = await rendered(enemy, { previous: previousOf(hostile(before), []) })
    const $ = load(await site.text('changes.atom'), { xmlMode: true })
    expect($('entry').length).toBe(1)
    const content = load($('content').text())
    expect(content('script, img').length).toBe(0)
    expect(content('li').length).toBe(3)
    expect(content('li').first().text()).toContain('</script><script>alert(1)</script>')
    const page = await site.dom('changes.html')
    expect(page('body script, img').length).toBe(0)
  })
})

describe('publications', () => {
  it('are kept with the site, and a site takes over those of the one before', async () => {
    await using first = await rendered(after, { previous: previousOf(before, []) })
    const third: Results = { ...before, header: { ...before.header, startedAt: '2026-12-02T08:00:00.000Z' } }
    await using site = await rendered(third, { previous: await readPrevious(first.folder) })
    const $ = load(await site.text('changes.atom'), { xmlMode: true })
    const updated = $('entry > updated')
      .get()
      .map((time) => $(time).text())
    expect(updated).toEqual(['2026-12-02T08:00:00.000Z', AFTER])
    const page = await site.dom('changes.html')
    expect(page('.earlier a').attr('href')).toBe('changes/2026-12-01T08-00-00-000Z.html')
    const earlier = await site.dom('changes/2026-12-01T08-00-00-000Z.html')
    expect(earlier('h1').text()).toBe('What changed on 2026-12-01')
    expect(earlier('#worse').length).toBe(1)
    const kept = FILE_SCHEMAS.changes.parse(JSON.parse(await site.text('api/v1/changes.json')))
    expect(kept.publications.map((one) => one.after.startedAt)).toEqual(updated)
  })

  it('of the same run are not told twice: the same results on their own site give the same bytes', async () => {
    await using site = await rendered(after, { previous: previousOf(before, []) })
    const copy = `${site.folder}-before`
    await cp(site.folder, copy, { recursive: true })
    await renderInto(site.folder, after, { previous: await readPrevious(copy) })
    for (const name of ['changes.html', 'changes.atom', 'api/v1/changes.json', 'changes/asyncpg.atom'])
      expect(await site.text(name)).toBe(await readFile(path.join(copy, name), 'utf8'))
  })

  it('are cut off, the oldest first', () => {
    const view = viewResults(after)
    const [one] = publicationsOf(view, previousOf(before, []))
    if (!one) throw new Error('there is none')
    const many = Array.from({ length: PUBLICATIONS_KEPT }, (_, index) => ({
      ...one,
      after: { ...one.after, startedAt: new Date(Date.UTC(2026, 0, 200 - index)).toISOString() },
    }))
    const all = publicationsOf(view, previousOf(before, many))
    expect(all.length).toBe(PUBLICATIONS_KEPT)
    expect(all[0]?.after.startedAt).toBe(AFTER)
    expect(all[1]).toEqual(many[0])
  })

  it('come from a results file too, and from nothing else', async () => {
    await using site = await rendered(before)
    expect((await readPrevious(`${site.folder}.jsonl`)).publications).toEqual([])
    await expect(readPrevious(path.dirname(site.folder))).rejects.toThrow(/is no site: it has no data/)
    await expect(readPrevious('nowhere.jsonl')).rejects.toThrow(/no such results file/)
  })
})

function allNative(results: Results): Results {
  return { ...results, cells: results.cells.map((cell) => found(cell, 'native', 'as expected')) }
}

function found(cell: Cell, verdict: Verdict, reason: string): Cell {
  return { ...cell, verdict, reason, note: null }
}

function is(cell: Cell, server: string, client: string, probe: string): boolean {
  return cell.server === server && cell.client === client && cell.probe === probe
}
