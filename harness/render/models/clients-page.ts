/** All clients by family. */
import type { ClientFacts } from '../../core/result.js'
import { bringsPage, clientPage, CLIENTS, familyAnchor, webLink } from './address.js'
import { type Frame, frame } from './frame.js'
import { libpqVersion } from './libpq.js'
import { type Observed, observed } from './observed.js'
import { type Piece, prose } from './prose.js'
import { kindWords, standing, type StandingView } from './standing.js'
import { type Tally, tally } from './tally.js'
import type { FamilyView, ResultsView } from './view.js'

export interface ClientsPage {
  readonly frame: Frame
  /** Counts are those on this server. */
  readonly newest: string
  /** What it brings. */
  readonly server: string
  readonly families: readonly ClientsFamily[]
}

interface ClientsFamily {
  readonly title: string
  readonly kind: string
  readonly anchor: string
  /** Anchors under names that it had before. */
  readonly former: readonly string[]
  readonly about: readonly Piece[]
  readonly docs: string | null
  readonly source: string | null
  readonly orm: boolean
  readonly standing: StandingView
  readonly observed: Observed
  readonly clients: readonly ClientsRow[]
}

interface ClientsRow {
  readonly href: string
  readonly version: string
  readonly driver: string | null
  readonly python: string | null
  readonly libpq: string | null
  readonly servers: string | null
  readonly tally: Tally
}

export function clientsPage(view: ResultsView): ClientsPage {
  return {
    frame: frame(view, {
      page: CLIENTS,
      title: 'Clients',
      description:
        "Python's PostgreSQL drivers and ORMs in the matrix: releases, Pythons and what each can do.",
    }),
    newest: view.newest.id,
    server: bringsPage(view.newest.id),
    families: view.families.map((family) => familyOf(view, family)),
  }
}

function familyOf(view: ResultsView, { facts, clients }: FamilyView): ClientsFamily {
  return {
    title: facts.title,
    kind: kindWords(facts),
    anchor: familyAnchor(facts.id),
    former: facts.formerly.map(familyAnchor),
    about: prose(facts.about),
    docs: webLink(facts.docs),
    source: webLink(facts.source),
    orm: facts.kind === 'orm',
    standing: standing(facts),
    observed: observed(view, clients),
    clients: clients.map((client) => rowOf(view, client)),
  }
}

function rowOf(view: ResultsView, client: ClientFacts): ClientsRow {
  return {
    href: clientPage(client.id),
    version: client.version,
    driver: client.driver && `${client.driver.family} ${client.driver.version}`,
    python: client.python,
    libpq: client.libpq === null ? null : libpqVersion(client.libpq),
    servers: observed(view, [client]).servers,
    tally: tally(view.cellsOf('client', client.id).filter(({ server }) => server === view.newest.id)),
  }
}
