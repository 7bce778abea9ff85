/** `pgmatrix lint`: the whole matrix folder checked, before anything is started. */
import { checkMatrix } from '../load/check.js'
import { applyFixes } from '../load/fixes.js'
import { formatProblem, type Problem } from '../load/problem.js'

export interface LintOptions {
  readonly folder: string
  /** Repair what can be repaired without a doubt, and report what is left. */
  readonly fix?: boolean
}

export interface LintReport {
  /** Sorted by place. */
  readonly problems: readonly Omit<Problem, 'fix'>[]
  /** How many were repaired, and how many of those left could be. */
  readonly fixed: number
  readonly fixable: number
  readonly probes: number
  readonly recipes: number
  readonly clients: number
  readonly servers: number
}

/** @throws EnvironmentError when ruff can neither be found nor installed. */
export async function lint({ folder, fix = false }: LintOptions): Promise<LintReport> {
  const first = await checkMatrix(folder)
  const fixed = fix ? await applyFixes(first.problems) : 0
  const { matrix, problems, snippets } = fixed > 0 ? await checkMatrix(folder) : first
  return {
    problems: problems.map(withoutFix),
    fixed,
    fixable: problems.filter((problem) => problem.fix).length,
    probes: matrix.probes.length,
    recipes: snippets.filter(({ kind }) => kind === 'recipe').length,
    clients: matrix.clients.length,
    servers: matrix.servers.length,
  }
}

function withoutFix({ place, message, hint }: Problem): LintReport['problems'][number] {
  return { place, message, ...(hint !== undefined && { hint }) }
}

export function describeLint({ problems, fixed, fixable, ...counts }: LintReport): string {
  const repaired = fixed === 0 ? [] : [`${count(fixed, 'problem')} repaired`]
  if (problems.length === 0) {
    const { probes, recipes, clients, servers } = counts
    const parts = [
      count(probes, 'probe'),
      count(recipes, 'recipe'),
      count(clients, 'client'),
      count(servers, 'server'),
    ]
    return [...repaired, `no problems in ${parts.join(', ')}`].join('\n')
  }
  const next = fixable === 0 ? '' : `, of which \`pgmatrix lint --fix\` repairs ${fixable}`
  return [...problems.map(formatProblem), ...repaired, `${count(problems.length, 'problem')}${next}`].join(
    '\n',
  )
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
