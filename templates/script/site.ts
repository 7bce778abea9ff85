/**
 * The script of most pages. Everything that can be read can be read without it; it adds comparing and copying.
 * A page that needs the verdicts of the whole site loads data/verdicts.js after it, which calls `start`.
 */
import type { SiteData } from '../../harness/core/site-data.js'
import { linkCells } from './cell-links.js'
import { startCompare } from './compare.js'
import { offerCopies } from './copy.js'
import { followMove } from './moved.js'
import { startMyStack } from './my-stack.js'
import { startResultsFile } from './results-file.js'
import { revealTarget } from './reveal.js'

offerCopies()
linkCells()
revealTarget()
const moved = document.querySelector<HTMLAnchorElement>('#moved')
if (moved) followMove(moved)
const opened = document.querySelector<HTMLElement>('#open-results')
if (opened) startResultsFile(opened)

export function start(data: SiteData): void {
  const compare = document.querySelector<HTMLElement>('#compare')
  if (compare) startCompare(compare, data)
  const stack = document.querySelector<HTMLElement>('#my-stack')
  if (stack) startMyStack(stack, data)
}
