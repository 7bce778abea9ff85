/** Two to four clients side by side on one server. */
import { formerClientIds } from '../../harness/core/former.js'
import type { SiteData } from '../../harness/core/site-data.js'
import { readAddress, readList, writeAddress } from './address.js'
import { find } from './element.js'
import { clientColumn, featuresOf, fillClients, fillServers, serverOf } from './site-table.js'
import { verdictTable } from './verdict-table.js'

const MOST = 4

/** In the address: `pg=18&clients=psycopg-3.3.9,asyncpg-0.32.0`. */
export function startCompare(chooser: HTMLElement, data: SiteData): void {
  const server = find('[name="pg"]', HTMLSelectElement, chooser)
  const clients = [...chooser.querySelectorAll<HTMLSelectElement>('[name="client"]')].slice(0, MOST)
  const differing = find('[name="differing"]', HTMLInputElement, chooser)
  const asked = readList('clients').map((id) => clientIdOf(data, id))
  fillServers(server, data, readAddress().get('pg') ?? '')
  clients.forEach((select, index) =>
    fillClients(select, data, asked[index] ?? usual(data, asked, index), 'none'),
  )
  differing.checked = readAddress().has('differing')
  chooser.hidden = false

  const update = () => {
    const chosen = [...new Set(clients.map(({ value }) => value))].filter((id) => id !== '')
    const on = serverOf(data, server.value)
    const columns = chosen.flatMap((id) => {
      const client = data.clients.find((one) => one.id === id)
      return client && on ? [clientColumn(data, client, on)] : []
    })
    const table = verdictTable({
      caption: `${columns.map(({ title }) => title).join(', ')} on ${on?.name ?? ''}`,
      features: featuresOf(data),
      columns: columns.map((column) => ({ ...column, detail: '' })),
      onlyDiffering: differing.checked,
    })
    find('#compared', HTMLElement).replaceChildren(table)
    const only = differing.checked ? 'only' : ''
    writeAddress({ pg: server.value, clients: chosen.join(','), differing: only })
  }
  chooser.addEventListener('input', update)
  update()
}

/** The id of today: an address may have been written before a family was renamed. */
function clientIdOf({ clients, families }: SiteData, id: string): string {
  return clients.find((client) => formerClientIds(client.id, families).includes(id))?.id ?? id
}

/** Without an address, the first two families are compared, so that the page shows what it does. */
function usual(data: SiteData, asked: readonly string[], index: number): string {
  if (asked.length > 0 || index > 1) return ''
  const family = data.families[index]
  return data.clients.find((client) => client.family === family?.id)?.id ?? ''
}
