/** A matrix folder, read and checked in one go. */
import type { Matrix, Place } from '../core/matrix.js'
import { emptyGlobs, unaskedRecipes } from './asked.js'
import { loadClients } from './clients.js'
import { findDropIns, takeRecipes } from './drop-ins.js'
import { loadFamilies } from './families.js'
import { openFolder, type Folder } from './folder.js'
import { loadGroups } from './groups.js'
import { loadImageLock, matrixImages, unusedImages, type Places } from './images.js'
import { keyProblems } from './keys.js'
import { sortProblems, type Problem } from './problem.js'
import { loadProbes } from './probes.js'
import { loadPythons } from './pythons.js'
import { loadServers } from './servers.js'
import { loadShapes } from './shapes.js'
import type { Snippet } from './snippet.js'
import { loadSqlParser } from './sql.js'
import { loadStacks, stackProblems } from './stacks.js'

export type Loaded = { readonly matrix: Matrix } | { readonly problems: readonly Problem[] }

/** What could be read, with all that is wrong. `matrix` is only fit for a run where there are no problems. */
export interface Reading {
  readonly matrix: Matrix
  readonly problems: readonly Problem[]
  readonly snippets: readonly Snippet[]
  /** As folder.ts has it. */
  readonly read: ReadonlyMap<string, string>
}

/** Everything but the Python code is checked: for that see commands/lint.ts. Problems are sorted by place. */
export async function loadMatrix(folder: string): Promise<Loaded> {
  const { matrix, problems } = await readMatrix(folder)
  return problems.length === 0 ? { matrix } : { problems }
}

export async function readMatrix(path: string): Promise<Reading> {
  const folder = await openFolder(path)
  if (!folder) return { matrix: EMPTY, problems: [noFolder(path)], snippets: [], read: new Map() }
  const problems: Problem[] = []
  await loadSqlParser()
  const groups = await loadGroups(folder, problems)
  const { servers, pooler, pythons } = await loadPlaces(folder, problems)
  const loadedFamilies = await loadFamilies(folder, problems)
  const { families: loaded, names } = loadedFamilies
  if (names.length === 0) {
    problems.push({
      place: fileStart(folder.shown),
      message: 'there are no clients',
      hint: 'pgmatrix new client',
    })
  }
  const shapes = await loadShapes(folder, names, problems)
  const clients = await loadClients(folder, loadedFamilies, problems)
  const stacks = await loadStacks(folder, clients, problems)
  const dropIns = findDropIns(loadedFamilies, clients, problems)
  const own = await loadProbes(folder, groups, shapes, problems)
  problems.push(...unaskedRecipes(loaded, own), ...emptyGlobs(loaded, own, problems))
  const probes = own.map((one) => takeRecipes(one, dropIns))
  problems.push(...probes.flatMap(({ probe }) => keyProblems(probe.entries, clients, names)))
  problems.push(
    ...stackProblems(
      stacks,
      probes.map(({ probe }) => probe),
    ),
  )
  const matrix: Matrix = {
    servers,
    pooler,
    pythons,
    families: [...loaded, ...stacks].map(({ family }) => family),
    clients: [...clients, ...stacks.flatMap((one) => one.clients)],
    probes: probes.map(({ probe }) => probe),
    groups: (groups ?? []).map(({ title }) => title),
  }
  const snippets = probes.flatMap((one) => one.snippets)
  return { matrix, problems: sortProblems(problems), snippets, read: folder.read }
}

async function loadPlaces(folder: Folder, problems: Problem[]): Promise<Places> {
  const faults: Problem[] = []
  const lock = await loadImageLock(folder, faults)
  const { servers, pooler } = await loadServers(folder, lock, faults)
  const pythons = await loadPythons(folder, lock, faults)
  // Of a file that could not be read nobody knows what it uses.
  if (faults.length === 0) faults.push(...unusedImages(lock, matrixImages({ servers, pooler, pythons })))
  problems.push(...faults)
  return { servers, pooler, pythons }
}

const EMPTY: Matrix = {
  servers: [],
  pooler: undefined,
  pythons: [],
  families: [],
  clients: [],
  probes: [],
  groups: [],
}

function noFolder(path: string): Problem {
  return {
    place: fileStart(path),
    message: 'no such folder',
    hint: 'name a matrix folder, or run in the folder that holds matrix/',
  }
}

function fileStart(file: string): Place {
  return { file, line: 1, column: 1 }
}
