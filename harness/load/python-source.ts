/** Snippets as Python that a linter can read, and the way back from its lines to those of the YAML. */
import type { Client, Place } from '../core/matrix.js'
import { comparePythons, lowestVersion, parseRange } from '../core/python-range.js'
import { familyOfKey, keyMatches, parseRecipeKey } from '../core/recipe-key.js'
import { movePlace } from './block-text.js'
import type { PythonText } from './ruff.js'
import { ANYBODYS_SCOPE, VALUE_SCOPE, type Scopes } from './scope.js'
import { definedNames, type Snippet } from './snippet.js'

export interface PythonSource {
  readonly snippet: Snippet
  readonly scope: readonly string[]
  /** Without the line that begins the function. */
  readonly lines: readonly string[]
  /** Oldest Python on which it has to run, as ruff writes it: `py38`. */
  readonly target: string
}

const INDENT = '    '
const OLDEST = '3.8'

/** The snippet becomes the body of a function whose parameters are the names in scope: that is how it runs. */
export function pythonSource(snippet: Snippet, targets: Targets, scopes: Scopes): PythonSource {
  const body = snippet.text.split('\n').map((line) => INDENT + line)
  const target = targets.get(snippet.key) ?? targetText(OLDEST)
  switch (snippet.kind) {
    case 'value':
      return { snippet, scope: VALUE_SCOPE, lines: [`${INDENT}return (`, ...body, `${INDENT})`], target }
    case 'given': {
      const used = `${INDENT}return ${definedNames(snippet.text).join(', ')}`
      const scope = [...ANYBODYS_SCOPE, ...(snippet.given ?? [])]
      return { snippet, scope, lines: [...body, used], target }
    }
    case 'recipe': {
      const own = scopes.get(familyOfKey(snippet.key ?? '')) ?? ANYBODYS_SCOPE
      return { snippet, scope: [...new Set([...own, ...(snippet.given ?? [])])], lines: body, target }
    }
  }
}

/** By the key of a recipe; snippets of thousands of recipes have a few dozen keys. */
export type Targets = ReadonlyMap<string | undefined, string>

export function targetsOf(snippets: readonly Snippet[], clients: readonly Client[]): Targets {
  return new Map([...new Set(snippets.map(({ key }) => key))].map((key) => [key, targetOf(key, clients)]))
}

/** The oldest Python of the clients that run it. Its range says `>=3.8`; without a lower end it is the oldest of all. */
function targetOf(key: string | undefined, clients: readonly Client[]): string {
  const parsed = key === undefined ? undefined : parseRecipeKey(key)
  const running = clients.filter((client) => parsed && keyMatches(parsed, client))
  const lowest = running.map(({ python }) => lowestVersion(parseRange(python) ?? []) ?? OLDEST)
  return targetText(lowest.toSorted(comparePythons)[0] ?? OLDEST)
}

function targetText(version: string): string {
  const [major, minor] = version.split('.')
  return `py${major}${minor ?? '0'}`
}

interface Joined extends PythonText {
  readonly parts: readonly { readonly source: PythonSource; readonly firstRow: number }[]
}

/** Several sources of one target as one text, each a function of its own. */
export function joinSources(sources: readonly PythonSource[]): Joined {
  const lines: string[] = []
  const parts = sources.map((source, index) => {
    const firstRow = lines.push(`async def recipe_${index}(${source.scope.join(', ')}):`)
    lines.push(...source.lines)
    return { source, firstRow }
  })
  return { text: `${lines.join('\n')}\n`, target: sources[0]?.target ?? 'py38', parts }
}

/** The source that a row of the text belongs to, and which of its rows it is; its function begins at row 1. */
export function sourceAt({ parts }: Joined, row: number): { source: PythonSource; row: number } | undefined {
  const part = parts.findLast(({ firstRow }) => firstRow <= row)
  return part && { source: part.source, row: row - part.firstRow + 1 }
}

/** Where a row and column (1-based) of a source stand in the YAML. */
export function sourcePlace({ snippet }: PythonSource, row: number, column: number): Place {
  const head = snippet.kind === 'value' ? 2 : 1
  const last = snippet.text.split('\n').length
  const line = Math.min(Math.max(row - head, 1), last)
  return movePlace(snippet.place, line, Math.max(column - INDENT.length, 1))
}
