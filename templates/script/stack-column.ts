/** The column of one client of a project; of a release between two tested ones it has what both agree on. */
import type { ChosenClient } from '../../harness/core/chosen-clients.js'
import type { SiteData, SiteServer } from '../../harness/core/site-data.js'
import { verdictsOf } from './data.js'
import type { TableColumn } from './verdict-table.js'

export function chosenColumn(data: SiteData, { title, clients }: ChosenClient, on: SiteServer): TableColumn {
  const [first] = clients
  const seen = clients.map((client) => verdictsOf(data, client, on))
  return {
    title,
    detail: clients.map(({ version }) => version).join(' and '),
    href: first ? `client/${first.id}.html` : null,
    cell: ({ id }, index) => {
      const verdicts = [...new Set(seen.map((verdicts) => verdicts[index]))]
      const href = first ? `probe/${id}.html#${first.id}@${on.id}` : null
      if (verdicts.length === 1) return { verdict: verdicts[0], href }
      return {
        verdict: undefined,
        href,
        words: `differs: ${seen.map((verdicts) => verdicts[index] ?? 'no result').join(', then ')}`,
      }
    },
  }
}
