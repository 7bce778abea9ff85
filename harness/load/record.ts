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

/** Ids of what is wanted of a record that has more. */
export interface RecordPart {
  readonly families: ReadonlySet<string>
  readonly probes: ReadonlySet<string>
}

/** Without any files there is no record yet. */
export async function loadRecord(path: string, part?: RecordPart): Promise<LoadedRecord> {
  const folder = await openFolder(path)
  if (!folder) return { cells: [], files: [], problems: [] }
  const problems: Problem[] = []
  const all = await listYaml(folder, RECORD, problems)
  const files = all.filter((file) => part?.families.has(basename(file, '.yaml')) ?? true)
  const cells: Judged[][] = []
  for (const file of files) cells.push(await cellsOfFile(folder, file, { problems, part }))
  return { cells: cells.flat(), files, problems }
}

async function cellsOfFile(
  folder: Folder,
  path: string,
  { problems, part }: { readonly problems: Problem[]; readonly part: RecordPart | undefined },
): Promise<Judged[]> {
  const file = await readYaml(folder, path, problems)
  const record = file && checkSchema(familyRecordSchema, file, problems)
  if (!file || !record) return []
  const features = Object.entries(record.features).filter(([probe]) => part?.probes.has(probe) ?? true)
  const { cells, faults } = cellsOf({ ...record, features: Object.fromEntries(features) })
  problems.push(
    ...faults.map(({ path: where, message }) => ({ place: valuePlace(file, where), message, hint: AGAIN })),
  )
  return cells
}

const AGAIN = 'correct it, or write the record anew with `pgmatrix accept`'
