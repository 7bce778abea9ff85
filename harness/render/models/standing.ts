/** What a project says of itself, in words. */
import type { FamilyFacts } from '../../core/result.js'
import { webLink } from './address.js'

export interface StandingView {
  readonly calls: string | null
  readonly licence: string | null
  readonly maintenance: MaintenanceView | null
  /** What the documentation says; null where it says nothing. */
  readonly servers: DocumentedView | null
  readonly pythons: DocumentedView | null
  /** Instead of what is missing of those. */
  readonly unsaid: string
}

interface MaintenanceView {
  readonly status: string
  readonly asOf: string
  readonly statement: string
  readonly source: string | null
}

interface DocumentedView {
  readonly says: string
  readonly source: string | null
}

const CALLS = {
  sync: 'synchronously',
  async: 'with asyncio',
  both: 'synchronously or with asyncio',
} as const

export function standing({ paradigm, licence, maintenance, documented }: FamilyFacts): StandingView {
  const { servers, pythons, source = '', pythonsSource = '' } = documented ?? {}
  return {
    calls: paradigm && CALLS[paradigm],
    licence,
    maintenance: maintenance && { ...maintenance, source: webLink(maintenance.source) },
    servers: documentedView(servers, source),
    pythons: documentedView(pythons, pythonsSource),
    unsaid: documented ? 'not documented' : 'unknown',
  }
}

function documentedView(says: string | null | undefined, source: string): DocumentedView | null {
  return says ? { says, source: webLink(source) } : null
}

const PARADIGMS = { sync: 'synchronous', async: 'asyncio', both: 'synchronous and asyncio' } as const

const NOUNS = { driver: 'driver', orm: 'ORM', stack: 'web framework' } as const

/** `asyncio driver, unmaintained`; `driver` alone where the results say nothing more. */
export function kindWords({ kind, paradigm, maintenance }: FamilyFacts): string {
  const noun = NOUNS[kind]
  const words = paradigm ? `${PARADIGMS[paradigm]} ${noun}` : noun
  return maintenance?.status === 'unmaintained' ? `${words}, unmaintained` : words
}
