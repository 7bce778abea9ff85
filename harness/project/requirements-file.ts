/** A requirements file and those that it names. */
import path from 'node:path'
import { requirementLines, type RequirementLine } from '../core/requirement-lines.js'
import { UsageError } from '../core/runtime.js'
import type { Format, Wanted } from './format.js'
import { readText } from './text.js'

export const requirementsFile: Format = {
  matches: (name) => /\.(txt|in)$/i.test(name),
  read: (file) => readFrom(file, []),
}

/** @param path files that lead here, the first one first */
async function readFrom(file: string, path: readonly Named[]): Promise<Wanted> {
  checkLoop(file, path)
  const lines = requirementLines(await readText(file, placeOf(path.at(-1))))
  const wanted: Wanted[] = []
  for (const line of lines) wanted.push(await readLine(line, { file, line: line.line }, path))
  return {
    requirements: wanted.flatMap(({ requirements }) => requirements),
    constraints: wanted.flatMap(({ constraints }) => constraints),
    unread: wanted.flatMap(({ unread }) => unread),
    files: [file, ...wanted.flatMap(({ files }) => files)],
  }
}

/** A line that names another file. */
interface Named {
  readonly file: string
  readonly line: number
}

async function readLine(line: RequirementLine, here: Named, path: readonly Named[]): Promise<Wanted> {
  const nothing: Wanted = { requirements: [], constraints: [], unread: [], files: [] }
  const place = placeOf(here)
  if (line.kind === 'requirement') return { ...nothing, requirements: [line.requirement] }
  if (line.kind === 'elsewhere')
    return { ...nothing, unread: [`${place}${line.text}: an address or a path, which names no release`] }
  if (line.kind === 'wrong')
    throw new UsageError(
      `${place}"${line.text}" is no requirement. One is a name and a range, such as psycopg2==2.9.13 or psycopg>=3.1,<4.`,
    )
  if (line.file.includes('://'))
    return { ...nothing, unread: [`${place}${line.file}: an address; name a copy of it with -r`] }
  const other = await readFrom(besides(here.file, line.file), [...path, here])
  if (!line.constraints) return other
  return { ...other, requirements: [], constraints: [...other.requirements, ...other.constraints] }
}

/** Relative to the file that names it, as pip does. */
function besides(file: string, named: string): string {
  return path.isAbsolute(named) ? named : path.join(path.dirname(file), named)
}

function checkLoop(file: string, names: readonly Named[]): void {
  const key = (one: string) => path.resolve(one)
  if (!names.some((named) => key(named.file) === key(file))) return
  const way = names.map(({ file, line }) => `${file}:${line}`).join(', then ')
  throw new UsageError(
    `${placeOf(names.at(-1))}${file} leads back to itself (${way}). Remove one of these lines.`,
  )
}

function placeOf(named: Named | undefined): string {
  return named ? `${named.file}:${named.line}: ` : ''
}
