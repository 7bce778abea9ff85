/** Programs that a run calls. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { lossOf } from '../../core/loss.js'
import type { Plan } from '../../core/plan.js'
import { findPooler, poolerOf, poolerProblem } from '../../servers/pooler.js'
import { runCommand } from '../../tools/command.js'
import { ownSetting } from '../../tools/setting.js'
import { findUv } from '../../tools/uv.js'
import { count, named, type Finding, type Machine } from './finding.js'

export async function uv({ env, cache, interpreters }: Machine): Promise<Finding> {
  const subject = 'uv'
  const path = await findUv(ownSetting({ env, cache, interpreters: async () => interpreters }))
  if (path !== undefined) return { subject, state: 'ok', text: path }
  const text = 'none that is new enough: the first run installs one, from the package index, into the cache'
  return { subject, state: 'optional', text }
}

/** What clients without wheels are built with. */
const BUILDERS = { cc: 'gcc libc6-dev', pg_config: 'libpq-dev' }

export function compiler({ env }: Machine, plan: Plan): Finding {
  const subject = 'compiler'
  const folders = foldersOf(env)
  const missing = Object.entries(BUILDERS).filter(
    ([name]) => !folders.some((folder) => existsSync(join(folder, name))),
  )
  if (missing.length === 0) return { subject, state: 'ok', text: 'clients without wheels can be built' }
  const names = missing.map(([name]) => name).join(' and ')
  const packages = missing.map(([, one]) => one).join(' ')
  const text = `no ${names} for clients without wheels (on Debian: apt-get install ${packages})`
  const loss = lossOf(plan, ({ builds }) => builds !== undefined)
  const of = `of ${count(loss.clients.length, 'client')} without wheels, unless the cache has them,`
  return { subject, state: 'optional', text, losses: named(loss, of) }
}

export function pgbouncer({ env }: Machine, plan: Plan): Finding {
  const subject = 'PgBouncer'
  const binary = findPooler(env)
  const problems = new Map(
    (['pgbouncer', 'pgbouncer-tracking'] as const).map((one) => [one, poolerProblem(one, binary)]),
  )
  const [problem] = [...problems.values()].filter((one) => one !== undefined)
  const isLost = (column: Parameters<typeof poolerOf>[0]) => {
    const pooler = poolerOf(column)
    return pooler !== undefined && problems.get(pooler) !== undefined
  }
  const behind = lossOf(plan, (_, column) => column.server.pooler !== undefined && isLost(column))
  const about = lossOf(plan, (_, column) => column.server.pooler === undefined && isLost(column))
  const losses = [
    ...named(
      behind,
      `of ${count(behind.servers.length, 'server')} behind PgBouncer (${behind.servers.join(', ')})`,
    ),
    ...named(about, 'of probes about PgBouncer'),
  ]
  if (problem !== undefined) return { subject, state: 'optional', text: problem, losses }
  return { subject, state: 'ok', text: binary ? `${binary.version} at ${binary.path}` : '' }
}

/** Nothing here calls it but what builds a checkout, which often takes its version from there. */
export async function git({ env }: Machine): Promise<Finding> {
  const subject = 'git'
  const { code, stdout } = await runCommand('git', ['--version'], {
    env: { PATH: env.PATH ?? '' },
    deadline: 10,
  })
  const version = /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0]
  if (code === 0 && version !== undefined) return { subject, state: 'ok', text: version }
  const text = 'none: `run --client psycopg@../psycopg` cannot build a checkout that asks it for its version'
  return { subject, state: 'optional', text }
}

function foldersOf({ PATH = '' }: NodeJS.ProcessEnv): string[] {
  return PATH.split(delimiter).filter(Boolean)
}
