/** Reads the reviewed record, `expected/` of a matrix folder. */
import { basename } from 'node:path'
import { cellsOf, familyRecordSchema, type Judged } from '../core/record.js'
import { checkSchema } from './check-schema.js'
import { listYaml, openFolder, type Folder } from './folder.js'
import type { Problem } from './problem.js'
import { readYaml, valuePlace } from './yaml-file.js'

/** Of the matrix folder. */
export const RECORD = 'expected'

export interface LoadedRecord {
  readonly cells: readonly Judged[]
  /** Paths of its files below the matrix folder. */
  readonly files: readonly string[]
  readonly problems: readonly Problem[]
}

/**
 * Without any files there is no record yet.
 * @param families of these alone
 */
export async function loadRecord(path: string, families?: ReadonlySet<string>): Promise<LoadedRecord> {
  const folder = await openFolder(path)
  if (!folder) return { cells: [], files: [], problems: [] }
  const problems: Problem[] = []
  const all = await listYaml(folder, RECORD, problems)
  const files = all.filter((file) => families?.has(basename(file, '.yaml')) ?? true)
  const cells: Judged[][] = []
  for (const file of files) cells.push(await cellsOfFile(folder, file, problems))
  return { cells: cells.flat(), files, problems }
}

async function cellsOfFile(folder: Folder, path: string, problems: Problem[]): Promise<Judged[]> {
  const file = await readYaml(folder, path, problems)
  const record = file && checkSchema(familyRecordSchema, file, problems)
  if (!file || !record) return []
  const { cells, faults } = cellsOf(record)
  problems.push(
    ...faults.map(({ path: where, message }) => ({ place: valuePlace(file, where), message, hint: AGAIN })),
  )
  return cells
}

const AGAIN = 'correct it, or write the record anew with `pgmatrix accept`'
