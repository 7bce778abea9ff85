/** Web stacks: framework, ORM, driver and server of each application, and how it has each feature. */
import type { ClientFacts, ProbeFacts } from '../../core/result.js'
import { APPLICATION, bringsPage, clientPage, familyAnchor, probePage, STACKS, webLink } from './address.js'
import { type CellView, cellView } from './cells.js'
import { type Frame, frame } from './frame.js'
import { type Layout, layoutFor } from './layout.js'
import { type Legend, legend } from './legend.js'
import { type Piece, prose } from './prose.js'
import { type Tally, tally } from './tally.js'
import { familyTitle, groupsAsking, type FamilyView, type ResultsView } from './view.js'

export interface StacksPage {
  readonly frame: Frame
  /** Verdicts are those on this server. */
  readonly newest: string
  /** What it brings. */
  readonly server: string
  readonly legend: Legend
  readonly layout: Layout
  readonly features: readonly { readonly title: string; readonly href: string }[]
  readonly frameworks: readonly Framework[]
}

interface Framework {
  readonly title: string
  readonly anchor: string
  readonly about: readonly Piece[]
  readonly docs: string | null
  readonly rows: readonly StackRow[]
}

interface StackRow {
  /** The application that ran. */
  readonly href: string
  /** `Flask 3.1.3` */
  readonly framework: string
  readonly orm: string | null
  readonly driver: string
  readonly server: string
  readonly integration: string | null
  readonly tally: Tally
  readonly cells: readonly CellView[]
}

export function stacksPage(view: ResultsView): StacksPage {
  const probes = groupsAsking(view, 'stacks').flatMap((group) => group.probes)
  const asked = new Set(probes.map(({ id }) => id))
  return {
    frame: frame(view, {
      page: STACKS,
      title: 'Web stacks',
      description:
        'Python web frameworks on ORMs and PostgreSQL drivers: what each stack does by itself, with the application that ran.',
    }),
    newest: view.newest.id,
    server: bringsPage(view.newest.id),
    legend: legend(view.cellsOf('server', view.newest.id).filter(({ probe }) => asked.has(probe))),
    layout: layoutFor(probes.length + 5),
    features: probes.map(({ id, title }) => ({ title, href: probePage(id) })),
    frameworks: view.stacks.map((family) => frameworkOf(view, family, probes)),
  }
}

function frameworkOf(
  view: ResultsView,
  { facts, clients }: FamilyView,
  probes: readonly ProbeFacts[],
): Framework {
  return {
    title: facts.title,
    anchor: familyAnchor(facts.id),
    about: prose(facts.about),
    docs: webLink(facts.docs),
    rows: clients.map((client) => rowOf(view, client, probes)),
  }
}

function rowOf(view: ResultsView, client: ClientFacts, probes: readonly ProbeFacts[]): StackRow {
  const { header, newest } = view
  const { stack, driver } = client
  return {
    href: `${clientPage(client.id)}#${APPLICATION}`,
    framework: `${familyTitle(header, client.family)} ${client.version}`,
    orm: stack?.orm ? `${familyTitle(header, stack.orm.family)} ${stack.orm.version}` : null,
    driver: driver ? `${driver.family} ${driver.version}` : '',
    server: stack?.server ?? '',
    integration: stack?.integration ?? null,
    tally: tally(probes.flatMap((probe) => view.cell(newest, client, probe) ?? [])),
    cells: probes.map((probe) => cellView(view, { server: newest, client, probe }, '')),
  }
}
