/** Facts of a run as the JSON files give them: without code, and with links instead of addresses. */
import type { Cell, ClientFacts, FamilyFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { serverName } from '../../core/server-range.js'
import { countVerdicts } from '../../core/verdict.js'
import { clientPage, evidenceAnchor, probePage, serverPage, webLink } from '../models/address.js'
import { tally } from '../models/tally.js'
import { clientTitle, type ResultsView } from '../models/view.js'
import { clientData, probeData, serverData } from './address.js'
import type { ClientEntry, FamilyEntry, ProbeEntry, RunEntry, ServerEntry, TallyEntry } from './schema.js'

export function runEntry({ header, complete, cells }: ResultsView): RunEntry {
  const { tool, runtime, startedAt, selector, cells: planned } = header
  return { tool, runtime, startedAt, complete, selector, planned, cells: cells.length }
}

/** @param root Way from the file to the top of the site. */
export function serverEntry(server: ServerFacts, root: string): ServerEntry {
  const { id, major, version, preview, pooler, versionNum, build } = server
  return {
    ...{ id, name: serverName(server), major, version, preview, pooler, versionNum, build },
    data: root + serverData(id),
    page: root + serverPage(id),
  }
}

export function clientEntry({ header }: ResultsView, client: ClientFacts, root: string): ClientEntry {
  const { id, family, version, driver, stack } = client
  const kind = header.families.find((facts) => facts.id === family)?.kind ?? 'driver'
  return {
    ...{ id, title: clientTitle(header, client), family, version, kind, driver, orm: stack?.orm ?? null },
    data: root + clientData(id),
    page: root + clientPage(id),
  }
}

export function probeEntry(probe: ProbeFacts, root: string): ProbeEntry {
  const { id, title, group, since, docs, conversation } = probe
  return {
    ...{ id, title, group, since, asks: conversation === null ? 'clients' : 'stacks', docs: webLink(docs) },
    data: root + probeData(id),
    page: root + probePage(id),
  }
}

export function familyEntry(facts: FamilyFacts): FamilyEntry {
  const { id, title, kind, docs, source, paradigm, licence, maintenance, documented } = facts
  return {
    ...{ id, title, kind, docs: webLink(docs), source: webLink(source), paradigm, licence },
    maintenance: maintenance && { ...maintenance, source: webLink(maintenance.source) },
    documented: documented && {
      ...documented,
      source: webLink(documented.source),
      pythonsSource: webLink(documented.pythonsSource),
    },
  }
}

export function tallyEntry(some: readonly Cell[]): TallyEntry {
  const { native, decided, cells } = tally(some)
  return { native, decided, cells, counts: countVerdicts(some) }
}

/** Where the evidence of a cell stands. */
export function evidenceOf({ server, client, probe }: Cell, root: string): string {
  return `${root}${probePage(probe)}#${evidenceAnchor(client, server)}`
}
