/** `pgmatrix doctor`: what this machine has of what a run needs, and what would not run. Nothing is installed or changed. */
import { cacheRoot } from '../../cache.js'
import { findInterpreters } from '../../clients/interpreters.js'
import { makePlan, type Plan } from '../../core/plan.js'
import { readMatrix } from '../../load/load.js'
import { plain, type Paint } from '../../report/colour.js'
import { number } from '../../report/tally.js'
import { platformKey } from '../../servers/platform.js'
import { engine } from './engine.js'
import type { Examine, Finding, Machine, NamedLoss } from './finding.js'
import { clock, locale, node, platform, space } from './machine.js'
import { compiler, git, pgbouncer, uv } from './programs.js'
import { pythons } from './pythons.js'

const EXAMINATIONS: readonly Examine[] = [
  ...[node, platform, pythons, uv, compiler, pgbouncer],
  ...[engine, git, space, locale, clock],
]

/** @param folder matrix folder, against which it is examined */
export async function doctor(folder: string): Promise<Finding[]> {
  const [machine, { matrix, problems }] = await Promise.all([thisMachine(), readMatrix(folder)])
  const found = await examine(machine, makePlan(matrix, []))
  if (problems.length === 0) return found
  const text = `${folder} has ${number(problems.length)} problems: \`pgmatrix lint\` names them`
  return [...found, { subject: 'matrix', state: 'missing', text }]
}

export async function examine(machine: Machine, plan: Plan): Promise<Finding[]> {
  return Promise.all(EXAMINATIONS.map(async (one) => one(machine, plan)))
}

async function thisMachine(): Promise<Machine> {
  return {
    env: process.env,
    platform: platformKey,
    cache: cacheRoot(),
    node: process.versions.node,
    now: new Date(),
    interpreters: await findInterpreters(),
  }
}

const MARKS = { ok: '✓', missing: '✗', optional: '–' } as const
const SUBJECT = 10

export function describeDoctor(findings: readonly Finding[], paint: Paint = plain): string {
  return findings.flatMap((finding) => describeFinding(finding, paint)).join('\n')
}

function describeFinding({ subject, state, text, losses = [] }: Finding, paint: Paint): string[] {
  const below = losses.map((loss) => `${' '.repeat(SUBJECT + 3)}${describeLoss(loss)}`)
  return [`${paint(state, MARKS[state])} ${subject.padEnd(SUBJECT)} ${text}`, ...below]
}

function describeLoss({ cells, of, fate }: NamedLoss): string {
  return `${number(cells)} ${cells === 1 ? 'cell' : 'cells'} ${of} will be ${fate}`
}
