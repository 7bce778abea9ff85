/** Pages on which the reader chooses: the script of the site fills them from data/verdicts.js, or from the reader's own file. */
import { COMPARE, MY_STACK, OPEN_RESULTS, VERDICT_DATA, rootOf } from './address.js'
import { type Frame, frame } from './frame.js'
import type { ResultsView } from './view.js'

export interface ToolPage {
  readonly frame: Frame
  /** Address of the data. */
  readonly verdicts: string
}

export function comparePage(view: ResultsView): ToolPage {
  return toolPage(view, {
    page: COMPARE,
    title: 'Compare clients',
    description: "Two to four of Python's PostgreSQL drivers and ORMs side by side.",
  })
}

export function myStackPage(view: ResultsView): ToolPage {
  return toolPage(view, {
    page: MY_STACK,
    title: 'My stack',
    description: 'What the releases of your project can do on your PostgreSQL, and what an upgrade changes.',
  })
}

export function openResultsPage(view: ResultsView): ToolPage {
  return toolPage(view, {
    page: OPEN_RESULTS,
    title: 'Open a results file',
    description: 'Shows the results of your own run in the browser.',
  })
}

function toolPage(view: ResultsView, identity: Parameters<typeof frame>[1]): ToolPage {
  return { frame: frame(view, identity), verdicts: rootOf(identity.page) + VERDICT_DATA }
}
