/** Which tested releases stand for a client of a project, in words. */
import type { Unpaired } from './chosen-clients.js'
import type { Tested } from './tested.js'

interface Described {
  /** As the project asks for it. */
  readonly title: string
  readonly tested: Tested
  readonly clients: readonly { readonly title: string }[]
  readonly otherwise: readonly string[]
  readonly also: readonly string[]
}

/** `psycopg2 2.9.10: not tested itself. Shown is what 2.9.9 and 2.9.13 agree on.` */
export function describeTested(described: Described): string {
  const { otherwise, also } = described
  return [
    standsFor(described),
    ...(otherwise.length > 0 ? [`It ran on ${otherwise.join(' and ')}.`] : []),
    ...(also.length > 0 ? [`The same package is also tested as ${also.join(', ')}; that is not shown.`] : []),
  ].join(' ')
}

/** Of a client that was tested with something under it alone, of which the project names nothing. */
export function describeUnpaired({ title, tested }: Unpaired): string {
  return `${title}: tested with ${tested.join(', ')}, of which none is named; nothing is said of it.`
}

function standsFor({ title, clients, tested }: Described): string {
  if (tested.kind === 'none')
    return `${title}: no tested release is allowed by this; nothing is shown for it.`
  if (tested.kind === 'unread') return `${title}: this range is not understood; nothing is shown for it.`
  const names = clients.map((client) => client.title)
  if (tested.kind === 'exact') return `${title}: tested as ${names.join('')}.`
  if (tested.kind === 'allowed')
    return `${title}: the newest tested release that this allows is ${names.join('')}.`
  if (names.length === 2) return `${title}: not tested itself. Shown is what ${names.join(' and ')} agree on.`
  const side =
    tested.below === undefined ? 'older than all tested releases' : 'newer than all tested releases'
  return `${title}: ${side}. The nearest is shown, ${names.join('')}; this one may differ.`
}
