/** Every SQL of a probe, parsed by PostgreSQL's own grammar. */
import { hasSqlDetails, loadModule, parseSync } from 'libpg-query'
import { textOffsetPlace } from './block-text.js'
import type { Problem } from './problem.js'
import type { ProbeFile } from './schema.js'
import { valuePlace, type Path, type YamlFile } from './yaml-file.js'

/** Must have resolved before checkSql. */
export async function loadSqlParser(): Promise<void> {
  await loadModule()
}

export function checkSql(file: YamlFile, probe: ProbeFile): Problem[] {
  const control: readonly [Path, string] =
    typeof probe.control === 'string' ? [['control'], probe.control] : [['control', 'sql'], probe.control.sql]
  const witness = (probe.witness ?? []).map(({ sql }, index): readonly [Path, string] => [
    ['witness', index, 'sql'],
    sql,
  ])
  const optional = (['setup', 'table'] as const).flatMap((key): (readonly [Path, string])[] => {
    const sql = probe[key]
    return sql === undefined || sql.trim() === '' ? [] : [[[key], sql]]
  })
  return [control, ...optional, ...witness].flatMap(([path, sql]) => sqlProblem(file, path, sql))
}

function sqlProblem(file: YamlFile, path: Path, sql: string): Problem[] {
  try {
    parseSync(sql)
    return []
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const place = hasSqlDetails(error)
      ? textOffsetPlace(file, path, toUtf16(sql, error.sqlDetails?.cursorPosition ?? 0))
      : valuePlace(file, path)
    return [{ place, message: `SQL of "${path.join('.')}": ${error.message}` }]
  }
}

/** The parser counts characters, JavaScript counts UTF-16 units. */
function toUtf16(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join('').length
}
