/** A client's environment with the worker's program beside it: what worker containers run. */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { create } from 'tar'
import type { Engine } from './contract.js'
import { findImage, imageKey, makeImage, type KeptImage } from './kept-image.js'

const FIXTURES = '/opt/pgmatrix/fixtures'
/** The program that the environment's python runs. */
export const WORKER = `${FIXTURES}/worker.py`

/** Files that are taken along. */
const PROGRAM = /\.(py|ini)$/

/** Grows when an image is made differently from the same files. */
const FORMAT = 1
/** Seconds. */
const DEADLINE = 120

export interface WorkerImageOptions {
  /** For messages: `psycopg2-2.9.13`. */
  readonly client: string
  /** The folder that holds worker.py. */
  readonly fixtures: string
  readonly signal: AbortSignal
  /** Folders beside runner/ and families/, for tests. */
  readonly more?: readonly string[]
}

/** @throws EngineError */
export async function workerImage(
  engine: Engine,
  environment: KeptImage,
  { client, fixtures, signal, more = [] }: WorkerImageOptions,
): Promise<KeptImage> {
  const paths = await workerFiles(fixtures, ['runner', 'families', 'stacks', ...more])
  const key = imageKey([FORMAT, environment.image, FIXTURES, await hashOf(fixtures, paths)])
  const found = await findImage(engine, key)
  if (found) return found
  const { image: base, python, packages, built } = environment
  const archive = archiveOf(fixtures, paths)
  const purpose = `the worker of ${client}`
  return makeImage(engine, {
    purpose,
    base,
    archive,
    key,
    record: { python, packages, built },
    signal,
    deadline: DEADLINE,
    repository: 'pgmatrix/worker',
  })
}

/** Relative to `root`, folders before what is in them. */
async function workerFiles(root: string, folders: readonly string[]): Promise<readonly string[]> {
  const below = await Promise.all(folders.map((folder) => pathsIn(root, folder)))
  return ['worker.py', ...below.flat()]
}

async function pathsIn(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const paths = entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(async (entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return entry.name === '__pycache__' ? [] : pathsIn(root, path)
      return entry.isFile() && PROGRAM.test(entry.name) ? [path] : []
    })
  return [folder, ...(await Promise.all(paths)).flat()]
}

async function hashOf(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    const content = PROGRAM.test(path) ? await readFile(join(root, path)) : Buffer.alloc(0)
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/** Readable for everybody and writable for root alone, whatever the checkout's modes are. */
function archiveOf(root: string, paths: readonly string[]): Readable {
  const options = {
    cwd: root,
    prefix: FIXTURES.slice(1),
    portable: true,
    noMtime: true,
    noDirRecurse: true,
    strict: true,
    onWriteEntry: ({ stat }: { stat?: { mode: number; isDirectory(): boolean } }) => {
      if (stat) stat.mode = stat.isDirectory() ? 0o755 : 0o644
    },
  }
  return Readable.from(create(options, ['.', ...paths]), { objectMode: false })
}
