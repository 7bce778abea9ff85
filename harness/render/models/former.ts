/** Former ids of clients, which are made of those of their families. */
import type { ClientFacts } from '../../core/result.js'
import type { ResultsView } from './view.js'

/** `psycopg3-3.3.9`, `django-6.1.3+psycopg3-3.3.9` where the family psycopg was called psycopg3 */
export function formerClientIds({ header }: ResultsView, { id }: ClientFacts): string[] {
  const parts = id.split('+')
  const ids = header.families.flatMap((family) =>
    family.formerly.map((old) =>
      parts
        .map((part) => (part.startsWith(`${family.id}-`) ? old + part.slice(family.id.length) : part))
        .join('+'),
    ),
  )
  return ids.filter((former) => former !== id)
}
