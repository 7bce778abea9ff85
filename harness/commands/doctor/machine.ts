/** The machine itself: Node, platform, disk, locale, clock. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { lossOf } from '../../core/loss.js'
import type { Plan } from '../../core/plan.js'
import { comparePythons as compareVersions } from '../../core/python-range.js'
import { platformProblem } from '../../servers/platform.js'
import { count, named, type Finding, type Machine } from './finding.js'

const OLDEST_NODE = '20.19.0'

export function node({ node }: Machine): Finding {
  const isOld = compareVersions(node, OLDEST_NODE) < 0
  return { subject: 'Node', state: isOld ? 'missing' : 'ok', text: isOld ? `${node}: 20.19 is needed` : node }
}

export function platform({ platform }: Machine, plan: Plan): Finding {
  const subject = 'platform'
  const lost = plan.servers.filter((server) => platformProblem(server, platform) !== undefined)
  if (lost.length === plan.servers.length)
    return { subject, state: 'optional', text: `${platform}: no PostgreSQL binaries; runs use Docker` }
  const text = `${platform}: PostgreSQL binaries exist`
  const loss = lossOf(plan, (_, { server }) => lost.includes(server))
  const of = `of ${count(lost.length, 'server')} that --runtime docker alone has (${loss.servers.join(', ')})`
  const fate = lost.every(({ preview }) => preview) ? 'left out' : 'not-run'
  return { subject, state: 'ok', text, losses: named(loss, of, fate) }
}

/** Bytes that nine servers, 27 environments and their data take. */
const NEEDED = 2e9

export async function space({ cache }: Machine): Promise<Finding> {
  const { bavail, bsize } = await statfs(existsSync(cache) ? cache : tmpdir())
  const free = bavail * bsize
  const text = `${(free / 1e9).toFixed(1)} GB free for ${cache}; about ${NEEDED / 1e9} GB are needed at first`
  return { subject: 'disk', state: free > NEEDED ? 'ok' : 'missing', text }
}

/** Of the terminal alone: servers and recipes run with C and UTF-8, whatever it says. */
export function locale({ env, platform }: Machine): Finding {
  const subject = 'locale'
  const name = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  if (/utf-?8/i.test(name) || platform.startsWith('darwin'))
    return { subject, state: 'ok', text: name || 'UTF-8' }
  const text = `${name === '' ? 'none' : name}, which is not UTF-8: signs such as ✓ and π may not be shown. Cells come out the same`
  return { subject, state: 'optional', text }
}

/** Longer than a release of this tool is of any use. */
const YEARS = 10

/** Certificates of registries are only valid on a clock that goes right. The matrix says when it was written. */
export function clock({ now }: Machine, { matrix }: Plan): Finding {
  const subject = 'clock'
  const text = now.toISOString()
  const dates = matrix.families.flatMap(({ maintenance }) => (maintenance ? [maintenance.asOf] : []))
  const written = dates.toSorted().at(-1)
  if (written === undefined) return { subject, state: 'ok', text }
  const latest = new Date(written)
  latest.setFullYear(latest.getFullYear() + YEARS)
  if (now >= new Date(written) && now <= latest) return { subject, state: 'ok', text }
  const why = `${text} cannot be: the matrix was written on ${written} or later`
  return {
    subject,
    state: 'missing',
    text: now > latest ? `${text} cannot be: the matrix is of ${written}` : why,
  }
}
