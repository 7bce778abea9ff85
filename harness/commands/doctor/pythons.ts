/** The Pythons of this machine, against those that the clients of the matrix run on. */
import { lossOf } from '../../core/loss.js'
import type { Client, Matrix } from '../../core/matrix.js'
import type { Plan } from '../../core/plan.js'
import { inRange, parseRange } from '../../core/python-range.js'
import { count, named, type Finding, type Machine } from './finding.js'

export function pythons({ interpreters }: Machine, plan: Plan): Finding {
  const subject = 'Python'
  const lost = plan.clients.filter((client) => !interpreters.some(({ version }) => fits(client, version)))
  const loss = lossOf(plan, (client) => lost.includes(client))
  const of = `of ${count(lost.length, 'client')} that ${lost.length === 1 ? 'runs' : 'run'} on none of these (${shortened(loss.clients)})`
  const losses = named(loss, of)
  if (interpreters.length === 0)
    return { subject, state: 'missing', text: 'none found: install Python 3.9 or newer', losses }
  const found = interpreters.map(({ version }) => version).join(', ')
  const wanted = wantedFor(lost, plan.matrix.pythons)
  const text = wanted.length === 0 ? found : `${found}; for more clients install ${wanted.join(', ')}`
  return { subject, state: lost.length === 0 ? 'ok' : 'optional', text, losses }
}

function fits({ python }: Client, version: string): boolean {
  return inRange(version, parseRange(python) ?? [])
}

/** Of the matrix's Pythons those that run the most of them, until none helps any more. */
function wantedFor(lost: readonly Client[], pythons: Matrix['pythons']): string[] {
  const released = pythons.filter(({ preview }) => !preview).map(({ version }) => version)
  const helped = (version: string) => lost.filter((client) => fits(client, version))
  const [best] = released.toSorted((a, b) => helped(b).length - helped(a).length)
  if (best === undefined || helped(best).length === 0) return []
  const rest = lost.filter((client) => !fits(client, best))
  return [best, ...wantedFor(rest, pythons)]
}

const NAMED = 3

function shortened(names: readonly string[]): string {
  const rest = names.length - NAMED
  return rest > 1 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ')
}
