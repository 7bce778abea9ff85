/** What changes where the server, or a client, is replaced by a newer one. */
import type { ChosenClient } from '../../harness/core/chosen-clients.js'
import { changeOf } from '../../harness/core/difference.js'
import { compareReleases } from '../../harness/core/order.js'
import type { SiteClient, SiteData, SiteServer } from '../../harness/core/site-data.js'
import { verdictsOf } from './data.js'
import { element, verdictMark } from './element.js'

/** `new`: the server of before does not have the feature. */
const WORDS: Readonly<Record<string, string>> = { new: 'that the older server lacks', moved: 'otherwise' }

/** How many features of each upgrade are named before the rest is counted. */
const NAMED = 12

export function upgrades(data: SiteData, chosen: readonly ChosenClient[], on: SiteServer): HTMLElement {
  const lines = chosen.flatMap(({ clients }) => {
    // Newer releases are compared with the newest that stands for the project's own.
    const client = clients.at(-1)
    return client ? [...newerServers(data, client, on), ...newerReleases(data, client, on)] : []
  })
  if (lines.length === 0) return element('p', {}, 'Server and clients are the newest that were tested.')
  return element('ul', { class: 'upgrades' }, ...lines)
}

function newerServers(data: SiteData, client: SiteClient, on: SiteServer): HTMLElement[] {
  const newer = data.servers.filter(
    ({ id, major, preview }) =>
      major > on.major && !preview && id.replace(/^\d+/, '') === on.id.replace(/^\d+/, ''),
  )
  return newer.flatMap((server) =>
    line(data, `${server.name} under ${client.title}`, { from: [client, on], to: [client, server] }),
  )
}

function newerReleases(data: SiteData, client: SiteClient, on: SiteServer): HTMLElement[] {
  const newer = data.clients.filter(
    ({ family, version, driver, orm }) =>
      family === client.family &&
      driver?.family === client.driver?.family &&
      orm?.family === client.orm?.family &&
      compareReleases(version, client.version) > 0,
  )
  return newer
    .toReversed()
    .flatMap((release) =>
      line(data, `${release.title} in place of ${client.version}`, { from: [client, on], to: [release, on] }),
    )
}

type Pairing = readonly [client: SiteClient, server: SiteServer]

/** Nothing where the two have no feature in common, as with a server that one was not run on. */
function line(
  data: SiteData,
  title: string,
  { from, to }: { readonly from: Pairing; readonly to: Pairing },
): HTMLElement[] {
  const [before, after] = [verdictsOf(data, ...from), verdictsOf(data, ...to)]
  const changes = data.probes.flatMap((probe, index) => {
    const [was, is] = [before[index], after[index]]
    return was === undefined || is === undefined || was === is
      ? []
      : [{ probe, was, is, change: was === 'server' ? 'new' : changeOf(was, is) }]
  })
  if (!data.probes.some((_, index) => before[index] !== undefined && after[index] !== undefined)) return []
  const count = (name: string) => changes.filter(({ change }) => change === name).length
  const said = ['new', 'better', 'worse', 'moved'].filter((change) => count(change) > 0)
  const words = said.map((change) => `${count(change)} ${WORDS[change] ?? change}`).join(', ')
  const summary = `${title}: ${words || 'nothing changes'}`
  const worstFirst = changes.toSorted((a, b) => Number(b.change === 'worse') - Number(a.change === 'worse'))
  const [client, server] = to
  const items = worstFirst
    .slice(0, NAMED)
    .map(({ probe, was, is }) =>
      element(
        'li',
        {},
        element('a', { href: `probe/${probe.id}.html#${client.id}@${server.id}` }, probe.title),
        ' ',
        verdictMark(was),
        ' → ',
        verdictMark(is),
      ),
    )
  const rest = worstFirst.length - items.length
  if (rest > 0) items.push(element('li', {}, `and ${rest} more`))
  const heading = element('summary', {}, summary)
  return [
    element(
      'li',
      {},
      changes.length === 0
        ? element('p', {}, summary)
        : element('details', {}, heading, element('ul', {}, ...items)),
    ),
  ]
}
