/** The JSON files: what there is, each feature, client and server, and all verdicts in one. */
import { formerClientIds } from '../../core/former.js'
import type { ClientFacts, ProbeFacts, ServerFacts } from '../../core/result.js'
import { isFact, type Verdict, VERDICTS } from '../../core/verdict.js'
import { DATA, rootOf } from '../models/address.js'
import { allVerdicts } from '../models/verdicts.js'
import type { ResultsView } from '../models/view.js'
import type { SiteFacts } from '../site.js'
import * as address from './address.js'
import * as entry from './entries.js'
import { alsoAs, type DataFile, jsonFile } from './file.js'
import type { FileContent } from './schema.js'

/** One at a time: together they are larger than the results. */
export function* jsonFiles(view: ResultsView, { publications }: SiteFacts): Generator<DataFile> {
  yield indexFile(view)
  yield matrixFile(view)
  for (const probe of view.probes)
    yield* alsoAs(probeFile(view, probe), probe.formerly.map(address.probeData))
  for (const client of view.clients) {
    const former = formerClientIds(client.id, view.header.families)
    yield* alsoAs(clientFile(view, client), former.map(address.clientData))
  }
  for (const server of view.servers) yield serverFile(view, server)
  yield jsonFile(address.CHANGES_DATA, 'changes', { format: 1, publications })
}

function opening(view: ResultsView) {
  return { format: 1, run: entry.runEntry(view) } as const
}

function indexFile(view: ResultsView): DataFile {
  const root = rootOf(address.API_INDEX)
  const content: FileContent<'index'> = {
    ...opening(view),
    matrix: root + address.API_MATRIX,
    changes: root + address.CHANGES_DATA,
    results: root + DATA,
    schemas: Object.fromEntries(
      address.SCHEMA_NAMES.map((name) => [name, root + address.schemaAddress(name)]),
    ),
    evidence: `${root}probe/{probe}.html#{client}@{server}`,
    verdicts: allVerdicts().map((words) => ({ ...words, fact: isFact(words.verdict) })),
    newest: view.newest.id,
    servers: view.servers.map((server) => entry.serverEntry(server, root)),
    families: [...view.families, ...view.stacks].map(({ facts }) => entry.familyEntry(facts)),
    clients: view.clients.map((client) => entry.clientEntry(view, client, root)),
    probes: view.probes.map((probe) => entry.probeEntry(probe, root)),
  }
  return jsonFile(address.API_INDEX, 'index', content)
}

function probeFile(view: ResultsView, probe: ProbeFacts): DataFile {
  const name = address.probeData(probe.id)
  const root = rootOf(name)
  const cells = view.servers.flatMap((server) =>
    view.clients.flatMap((client) => view.cell(server, client, probe) ?? []),
  )
  const { about, control } = probe
  const content: FileContent<'probe'> = {
    ...opening(view),
    probe: { ...entry.probeEntry(probe, root), about, control },
    cells: cells.map((cell) => {
      const { server, client, verdict, reason, note, absent } = cell
      return { server, client, verdict, reason, note, absent, evidence: entry.evidenceOf(cell, root) }
    }),
  }
  return jsonFile(name, 'probe', content)
}

function clientFile(view: ResultsView, client: ClientFacts): DataFile {
  const name = address.clientData(client.id)
  const root = rootOf(name)
  const { python, libpq, packages } = client
  const servers = view.servers.map((server) => ({ id: server.id, cells: cellsOf(view, server, client) }))
  const family = view.header.families.find(({ id }) => id === client.family)
  if (!family) throw new Error(`${client.id} has no family`)
  const content: FileContent<'client'> = {
    ...opening(view),
    client: { ...entry.clientEntry(view, client, root), python, libpq, packages },
    family: entry.familyEntry(family),
    servers: servers.map(({ id, cells }) => ({ id, ...entry.tallyEntry(cells) })),
    cells: servers
      .flatMap(({ cells }) => cells)
      .map((cell) => {
        const { server, probe, verdict, reason, note, absent } = cell
        return { server, probe, verdict, reason, note, absent, evidence: entry.evidenceOf(cell, root) }
      }),
  }
  return jsonFile(name, 'client', content)
}

function serverFile(view: ResultsView, server: ServerFacts): DataFile {
  const name = address.serverData(server.id)
  const clients = view.clients.map((client) => ({ id: client.id, cells: cellsOf(view, server, client) }))
  const content: FileContent<'server'> = {
    ...opening(view),
    server: entry.serverEntry(server, rootOf(name)),
    clients: clients.map(({ id, cells }) => ({ id, ...entry.tallyEntry(cells) })),
    verdicts: Object.fromEntries(
      clients.map(({ id, cells }) => [
        id,
        Object.fromEntries(cells.map(({ probe, verdict }) => [probe, verdict])),
      ]),
    ),
  }
  return jsonFile(name, 'server', content)
}

/** A letter for each verdict. They are for ever: a new verdict gets a new letter. */
const CODES = {
  ...{ native: 'n', partial: 'p', raw: 'r', unsupported: 'u', broken: 'b', server: 's', refused: 'f' },
  ...{ timeout: 't', crash: 'c', flaky: 'y', invalid: 'i', error: 'e', 'not-run': 'x' },
} as const satisfies Record<Verdict, string>

const NO_CELL = '.'

function matrixFile(view: ResultsView): DataFile {
  const root = rootOf(address.API_MATRIX)
  const [clients, probes] = [view.clients, view.probes]
  const codes = (server: ServerFacts, client: ClientFacts) =>
    probes.map((probe) => {
      const cell = view.cell(server, client, probe)
      return cell ? CODES[cell.verdict] : NO_CELL
    })
  const content: FileContent<'matrix'> = {
    ...opening(view),
    servers: view.servers.map((server) => entry.serverEntry(server, root)),
    clients: clients.map((client) => entry.clientEntry(view, client, root)),
    probes: probes.map((probe) => entry.probeEntry(probe, root)),
    codes: Object.fromEntries(VERDICTS.map((verdict) => [CODES[verdict], verdict])),
    cells: Object.fromEntries(
      view.servers.map((server) => [
        server.id,
        Object.fromEntries(clients.map((client) => [client.id, codes(server, client).join('')])),
      ]),
    ),
  }
  return jsonFile(address.API_MATRIX, 'matrix', content)
}

function cellsOf(view: ResultsView, server: ServerFacts, client: ClientFacts) {
  return view.probes.flatMap((probe) => view.cell(server, client, probe) ?? [])
}
