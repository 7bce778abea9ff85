/**
 * `npm run pglite`: the newest release of each driver family on PGlite, compared with PostgreSQL 18; writes docs/pglite.md anew after
 * each client. `--baseline <results>` has the same clients on 18, else they run there first; `--families a,b` takes fewer of them.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { format } from 'prettier'
import { openMatrix } from '../harness/commands/workspace.js'
import { compareReleases } from '../harness/core/order.js'
import type { Client } from '../harness/core/matrix.js'
import { pgliteColumn, readRun, runCells, words } from './pglite/column.js'
import { record, type Column } from './pglite/record.js'
import { pgliteVersions } from './pglite/server.js'

/** Seconds. Most recipes that need two sessions at once wait for the only backend until they are ended. */
const DEADLINE = 4
/** At the same time; most of what they do is to wait. */
const SERVERS = 3

const { values } = parseArgs({ options: { baseline: { type: 'string' }, families: { type: 'string' } } })
const wanted = values.families?.split(',')
const matrix = await openMatrix('matrix')
const folder = hastyMatrix()
const clients = newest(matrix.clients).filter(({ family }) => !wanted || wanted.includes(family.id))
const probes = matrix.probes.filter(({ kinds, profile }) => kinds.includes('driver') && profile === 'plain')

const ids = clients.map(({ id }) => id)
const before = values.baseline
  ? await readRun(values.baseline)
  : await runCells([...words(folder), `18/{${ids.join(',')},}/{${probes.map(({ id }) => id).join(',')}}`])
const onEighteen = before.cells.filter(({ server }) => server === '18')
say(`PostgreSQL ${before.version}: ${onEighteen.length} cells`)
const columns: Column[] = []
const limit = pLimit(SERVERS)
await Promise.all(ids.map((id) => limit(() => runClient(id))))

async function runClient(id: string): Promise<void> {
  const column = await pgliteColumn(folder, id, probes)
  say(`${id}: ${column.seen.length} cells, ${column.losses.length} servers lost`)
  columns.push(column)
  columns.sort((a, b) => ids.indexOf(a.client) - ids.indexOf(b.client))
  await write()
}

async function write(): Promise<void> {
  const text = record({
    date: new Date().toISOString().slice(0, 10),
    command: values.families ? `npm run pglite -- --families ${values.families}` : 'npm run pglite',
    packages: pgliteVersions(),
    deadline: DEADLINE,
    columns,
    missing: ids.filter((id) => !columns.some(({ client }) => client === id)),
    baseline: new Map(onEighteen.map(({ client, probe, verdict }) => [`${client}/${probe}`, verdict])),
    baselineVersion: before.version,
  })
  writeFileSync('docs/pglite.md', await format(text, { parser: 'markdown', printWidth: 110 }))
}

function newest(all: readonly Client[]): Client[] {
  const drivers = all.filter(({ family }) => family.kind === 'driver')
  const families = [...new Set(drivers.map(({ family }) => family))]
  return families.flatMap((family) =>
    drivers
      .filter((client) => client.family === family)
      .toSorted((a, b) => compareReleases(b.version, a.version))
      .slice(0, 1),
  )
}

/** The same with a shorter deadline, where a probe names none; lines keep their numbers. */
function hastyMatrix(): string {
  const copy = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-pglite-')), 'matrix')
  cpSync('matrix', copy, { recursive: true })
  for (const name of readdirSync(path.join(copy, 'probes'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.yaml')) continue
    const file = path.join(copy, 'probes', name)
    const probe = readFileSync(file, 'utf8')
    if (!/^deadline:/m.test(probe)) writeFileSync(file, `${probe.trimEnd()}\ndeadline: ${DEADLINE}\n`)
  }
  return copy
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
