/**
 * `npm run soak`: a small matrix runs again and again while its machine misbehaves, and every run must find what an undisturbed one
 * found. `--faults 200`, `--seed 1`, `--stopped 60` (seconds that a process stands still). Linux, as root: the run gets a /dev/shm of
 * its own, which a fault may fill. With `--runtime docker`, containers are hit, on the engine of DOCKER_HOST; PGMATRIX_BENCH_MATRIX and
 * PGMATRIX_BENCH_MIRROR name another matrix and where its images come from.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { differences } from '../harness/core/difference.js'
import type { Cell } from '../harness/core/result.js'
import { readResults } from '../harness/results/read.js'
import { MATRIX, MIRROR } from './sample.js'
import { seeded } from './seeded.js'
import { CONTAINER_FAULTS } from './soak/containers.js'
import { FAULTS, type Soaked } from './soak/faults.js'

/** In a mount namespace of its own, with 3 GB of memory for the servers' data. */
const OWN_MEMORY = [
  ...['unshare', '--mount', 'bash', '-c'],
  'mount -t tmpfs -o size=3g,mode=1777 tmpfs /dev/shm && exec "$@"',
  'soak',
]

const options = {
  faults: { type: 'string', default: '200' },
  seed: { type: 'string', default: '1' },
  stopped: { type: 'string', default: '60' },
  runtime: { type: 'string', default: 'embedded' },
  selector: {
    type: 'string',
    default:
      '1{7,8}/{psycopg2-2.9.13,asyncpg-0.32.0,pg8000-1.31.6}/{json,type,insert,copy,savepoint,isolation}-*',
  },
} as const
const { values } = parseArgs({ options })
const [wanted, stopped] = [Number(values.faults), Number(values.stopped)]
const random = seeded(Number(values.seed))
const inContainers = values.runtime === 'docker'
const possible = inContainers ? CONTAINER_FAULTS : FAULTS

const first = start()
await once(first.child, 'close')
const undisturbed = await cellsIn(first.results)
say(`undisturbed: ${undisturbed.length} cells`)
const counts = new Map(Object.keys(possible).map((name) => [name, 0]))
const faults: Promise<void>[] = []
let [hit, otherwise] = [0, 0]
while (hit < wanted) {
  const run = start()
  const soaked = { root: run.child.pid ?? 0, memory: `/proc/${run.child.pid}/root/dev/shm`, stopped, random }
  while (run.child.exitCode === null && run.child.signalCode === null) {
    await sleep(500 + random() * 3000)
    const names = Object.keys(possible)
    // Nothing waits for its end: while a process stands still, other things happen.
    faults.push(strike(names[Math.floor(random() * names.length)] ?? '', soaked))
  }
  // What could not go on, or not judge a cell, says so, and goes on when it is started again.
  let last = run
  for (let left = 2; last.child.exitCode !== 0 && left > 0; left--) {
    say(`  ended with ${last.child.exitCode}, and is started again`)
    last = start(run.results)
    await once(last.child, 'close')
  }
  const differing = differences(undisturbed, await cellsIn(run.results), { client: true, server: true })
  for (const { server, client, probe, before, after } of differing)
    say(`  ${server}/${client}/${probe}: ${before?.verdict} → ${after?.verdict}: ${after?.reason}`)
  say(`${hit} faults so far: ${differing.length} cells otherwise`)
  otherwise += differing.length
}
await Promise.all(faults)
for (const [name, count] of counts) say(`${name}: ${count}`)
say(`${hit} faults, ${otherwise} cells otherwise than undisturbed`)
process.exitCode = otherwise === 0 ? 0 : 1

async function strike(name: string, soaked: Soaked): Promise<void> {
  // The run may have ended meanwhile, and all that was its own with it.
  const isHit = await possible[name]?.(soaked).catch(() => false)
  if (!isHit) return
  hit += 1
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

interface Started {
  readonly child: ReturnType<typeof spawn>
  readonly results: string
}

function start(results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-soak-'))): Started {
  const matrix = MATRIX === undefined ? [] : ['--matrix', MATRIX]
  const mirror = MIRROR === undefined ? [] : ['--mirror', MIRROR]
  const run = ['bin/pgmatrix.js', ...matrix, 'run', values.selector, '--runtime', values.runtime, ...mirror]
  const words = [process.execPath, ...run, '--results', results]
  const [program = '', ...more] = inContainers ? words : [...OWN_MEMORY, ...words]
  return { child: spawn(program, more, { stdio: ['ignore', 'ignore', 'inherit'] }), results }
}

/** Of the newest results file of the folder. */
async function cellsIn(results: string): Promise<readonly Cell[]> {
  const file = readdirSync(results).toSorted().at(-1) ?? ''
  return (await readResults(path.join(results, file))).cells
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
