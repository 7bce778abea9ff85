/** What the pages that compare have in common: features and clients of the site as parts of a table. */
import type { SiteClient, SiteData, SiteServer } from '../../harness/core/site-data.js'
import { verdictsOf } from './data.js'
import { element } from './element.js'
import type { TableColumn, TableFeature } from './verdict-table.js'

export function featuresOf(data: SiteData): TableFeature[] {
  return data.probes.map(({ id, title, group }) => ({
    id,
    title,
    group: data.groups[group] ?? '',
    href: `probe/${id}.html`,
  }))
}

export function clientColumn(data: SiteData, client: SiteClient, server: SiteServer): TableColumn {
  const verdicts = verdictsOf(data, client, server)
  return {
    title: client.title,
    detail: `on ${server.name}`,
    href: `client/${client.id}.html`,
    cell: ({ id }, index) => ({
      verdict: verdicts[index],
      href: `probe/${id}.html#${client.id}@${server.id}`,
    }),
  }
}

/** The newest that is released and has nothing before it. */
export function newestServer({ servers }: SiteData): SiteServer | undefined {
  return servers.findLast(({ preview, id, major }) => !preview && id === String(major)) ?? servers.at(-1)
}

export function serverOf(data: SiteData, id: string): SiteServer | undefined {
  return data.servers.find((server) => server.id === id) ?? newestServer(data)
}

export function fillServers(select: HTMLSelectElement, data: SiteData, chosen: string): void {
  select.append(...data.servers.toReversed().map(({ id, name }) => element('option', { value: id }, name)))
  select.value = serverOf(data, chosen)?.id ?? ''
}

/** By family; `none` stands first where nothing need be chosen. */
export function fillClients(select: HTMLSelectElement, data: SiteData, chosen: string, none?: string): void {
  if (none !== undefined) select.append(element('option', { value: '' }, none))
  for (const { id, title } of data.families) {
    const options = data.clients
      .filter(({ family }) => family === id)
      .map((client) => element('option', { value: client.id }, client.title))
    select.append(element('optgroup', { label: title }, ...options))
  }
  if (data.clients.some(({ id }) => id === chosen)) select.value = chosen
}
