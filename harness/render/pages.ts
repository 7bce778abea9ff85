/** Which pages the site has, each with its template and its model. */
import { clientReleasePage, type ClientPage } from './models/client-page.js'
import { clientsPage, type ClientsPage } from './models/clients-page.js'
import type { SiteFacts } from './site.js'
import { type ChangesPage, changesPage, publicationChangesPage } from './models/changes-page.js'
import { type EmbedPage, embedFeaturePage } from './models/embed-page.js'
import { findingsPage, type FindingsPage } from './models/findings-page.js'
import { indexPage, type MatrixPage, releasesMatrixPage, serverMatrixPage } from './models/matrix-page.js'
import { methodPage, type MethodPage } from './models/method-page.js'
import { type MovedPage, movedPages } from './models/moved-page.js'
import { overviewPage, type OverviewPage } from './models/overview-page.js'
import { probeFeaturePage, type ProbePage } from './models/probe-page.js'
import { serverBringsPage, type ServerPage } from './models/server-page.js'
import { stacksPage, type StacksPage } from './models/stacks-page.js'
import { comparePage, myStackPage, openResultsPage, type ToolPage } from './models/tool-pages.js'
import type { ResultsView } from './models/view.js'

export type Page =
  | { readonly template: 'matrix'; readonly model: MatrixPage }
  | { readonly template: 'overview'; readonly model: OverviewPage }
  | { readonly template: 'findings'; readonly model: FindingsPage }
  | { readonly template: 'probe'; readonly model: ProbePage }
  | { readonly template: 'server'; readonly model: ServerPage }
  | { readonly template: 'client'; readonly model: ClientPage }
  | { readonly template: 'clients'; readonly model: ClientsPage }
  | { readonly template: 'stacks'; readonly model: StacksPage }
  | { readonly template: 'method'; readonly model: MethodPage }
  | { readonly template: 'compare' | 'my-stack' | 'open-results'; readonly model: ToolPage }
  | { readonly template: 'changes'; readonly model: ChangesPage }
  | { readonly template: 'embed'; readonly model: EmbedPage }
  | { readonly template: 'moved'; readonly model: MovedPage }

/** One at a time, since a model of the whole matrix is large. They alone show the evidence of cells. The address of a page is `model.frame.page`. */
export function* featurePages(view: ResultsView): Generator<Page> {
  for (const probe of view.probes) {
    yield { template: 'probe', model: probeFeaturePage(view, probe) }
    yield { template: 'embed', model: embedFeaturePage(view, probe) }
  }
}

export function* otherPages(view: ResultsView, { publications }: SiteFacts): Generator<Page> {
  yield { template: 'matrix', model: indexPage(view) }
  for (const server of view.servers) {
    yield { template: 'matrix', model: serverMatrixPage(view, server) }
    yield { template: 'matrix', model: releasesMatrixPage(view, server) }
    yield { template: 'server', model: serverBringsPage(view, server) }
  }
  yield { template: 'overview', model: overviewPage(view) }
  yield { template: 'findings', model: findingsPage(view) }
  for (const client of view.clients) yield { template: 'client', model: clientReleasePage(view, client) }
  yield { template: 'clients', model: clientsPage(view) }
  if (view.stacks.length > 0) yield { template: 'stacks', model: stacksPage(view) }
  yield { template: 'compare', model: comparePage(view) }
  yield { template: 'my-stack', model: myStackPage(view) }
  yield { template: 'open-results', model: openResultsPage(view) }
  yield { template: 'method', model: methodPage(view) }
  yield { template: 'changes', model: changesPage(view, publications) }
  for (const publication of publications)
    yield { template: 'changes', model: publicationChangesPage(view, publication) }
  for (const model of movedPages(view)) yield { template: 'moved', model }
}
