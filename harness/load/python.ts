/** All Python of the matrix, checked in one go. */
import type { Client } from '../core/matrix.js'
import { familyOfKey } from '../core/recipe-key.js'
import { suggest } from '../core/suggest.js'
import { sortProblems, type Problem } from './problem.js'
import {
  joinSources,
  pythonSource,
  sourceAt,
  sourcePlace,
  targetsOf,
  type PythonSource,
} from './python-source.js'
import { runRuff, type Finding } from './ruff.js'
import { readScopes } from './scope.js'
import type { Snippet } from './snippet.js'

interface Located extends Finding {
  readonly source: PythonSource
}

/**
 * @param ruff path of the program, see tools/tool.ts
 * @throws EnvironmentError when ruff does not run.
 */
export async function checkPython(
  snippets: readonly Snippet[],
  clients: readonly Client[],
  ruff: string,
): Promise<Problem[]> {
  const scopes = await readScopes([...new Set(snippets.map(({ key }) => familyOfKey(key ?? '')))])
  const targets = targetsOf(snippets, clients)
  const sources = distinct(snippets.map((snippet) => pythonSource(snippet, targets, scopes)))
  return sortProblems((await findFaults(sources, ruff)).map(toProblem))
}

/** A shape used twice with the same words is checked once. */
function distinct(sources: readonly PythonSource[]): PythonSource[] {
  const byText = sources.map((source) => {
    const { file, line } = source.snippet.place
    return [`${source.target} ${file}:${line} ${source.lines.join('\n')}`, source] as const
  })
  return [...new Map(byText).values()]
}

/**
 * One file for each target version is several times as fast as a file for each of hundreds of recipes. But code that does not compile
 * hides what comes after it: then each is looked at alone.
 */
async function findFaults(sources: readonly PythonSource[], ruff: string): Promise<Located[]> {
  const targets = [...new Set(sources.map(({ target }) => target))]
  const joined = targets.map((target) => joinSources(sources.filter((source) => source.target === target)))
  const together = await runRuff(ruff, joined)
  if (together.every(({ rule }) => rule !== undefined))
    return together.flatMap((finding) => locate(finding, joined))
  const alone = sources.map((source) => joinSources([source]))
  return (await runRuff(ruff, alone)).flatMap((finding) => locate(finding, alone))
}

function locate(finding: Finding, texts: readonly ReturnType<typeof joinSources>[]): Located[] {
  const joined = texts[finding.index]
  const found = joined && sourceAt(joined, finding.row)
  return found ? [{ ...finding, row: found.row, source: found.source }] : []
}

function toProblem({ source, rule, message, row, column }: Located): Problem {
  const hint = hintFor(message, source)
  return {
    place: sourcePlace(source, row, column),
    message: `Python: ${message}${rule === undefined ? '' : ` [${rule}]`}`,
    ...(hint !== undefined && { hint }),
  }
}

/** In a shape it may be a parameter's fault: say who uses it. */
function hintFor(message: string, { snippet, scope }: PythonSource): string | undefined {
  const name = /^Undefined name `(\w+)`/.exec(message)?.[1]
  const meant = name === undefined ? undefined : suggest(name, scope)
  const hints = [
    meant === undefined ? undefined : `did you mean "${meant}"?`,
    snippet.usedAt && `used at ${snippet.usedAt.file}:${snippet.usedAt.line}`,
    name !== undefined && meant === undefined ? `in scope: ${scope.join(', ')}` : undefined,
  ]
  return hints.filter((hint) => hint !== undefined).join('; ') || undefined
}
