/** Shows a results file of one's own run. It is read here and sent nowhere; what it says is only ever text. */
import { compareReleases } from '../../harness/core/order.js'
import { element, find } from './element.js'
import { type OpenedResults, readResults } from './opened-results.js'
import { type TableColumn, verdictTable } from './verdict-table.js'

export function startResultsFile(chooser: HTMLElement): void {
  const file = find('[name="file"]', HTMLInputElement, chooser)
  const server = find('[name="pg"]', HTMLSelectElement, chooser)
  const differing = find('[name="differing"]', HTMLInputElement, chooser)
  const shown = find('#opened', HTMLElement)
  let results: OpenedResults | undefined
  chooser.hidden = false

  const show = () => {
    if (results) shown.replaceChildren(...tables(results, server.value, differing.checked))
  }
  const open = async (chosen: File | undefined) => {
    if (!chosen) return
    shown.replaceChildren(element('p', {}, `Reading ${chosen.name} …`))
    try {
      results = await readResults(chosen)
      fillServers(server, results)
      show()
    } catch (error) {
      results = undefined
      const reason = error instanceof Error ? error.message : String(error)
      shown.replaceChildren(element('p', { class: 'warning' }, `${chosen.name}: ${reason}`))
    }
  }
  file.addEventListener('change', () => void open(file.files?.[0]))
  chooser.addEventListener('dragover', (event) => event.preventDefault())
  chooser.addEventListener('drop', (event) => {
    event.preventDefault()
    void open(event.dataTransfer?.files[0])
  })
  chooser.addEventListener('input', show)
}

function fillServers(select: HTMLSelectElement, { servers }: OpenedResults): void {
  select.replaceChildren(...servers.toReversed().map((id) => element('option', { value: id }, id)))
}

function tables(results: OpenedResults, server: string, onlyDiffering: boolean): HTMLElement[] {
  const clients = results.clients
    .filter((client) => results.features.some(({ id }) => results.cell(server, client.id, id)))
    .toSorted((a, b) => compareNames(a.family, b.family) || compareReleases(b.version, a.version))
  const columns = clients.map((client): TableColumn => ({
    title: client.id,
    detail: '',
    href: null,
    cell: ({ id }) => {
      const cell = results.cell(server, client.id, id)
      return {
        verdict: cell?.verdict,
        href: null,
        ...(cell && cell.verdict !== 'native' && { words: `${cell.verdict}: ${cell.reason}` }),
      }
    },
  }))
  const caption = `Your run on PostgreSQL ${server}`
  const state = results.complete ? '' : ' It was interrupted: not every planned cell is in it.'
  return [
    element(
      'p',
      {},
      `Run of ${results.startedAt.slice(0, 16).replace('T', ' ')}: ${results.count} cells.${state}`,
    ),
    verdictTable({ caption, features: results.features, columns, onlyDiffering }),
  ]
}

function compareNames(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}
