/** Makes elements. Text from data is only ever text: nothing here reads HTML. */
import type { Verdict } from '../../harness/core/verdict.js'

type Child = Node | string

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** One of templates/partials/symbols.hbs, which every page has. */
function symbol(name: string, className: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `#${name}`)
  svg.setAttribute('class', className)
  svg.setAttribute('aria-hidden', 'true')
  svg.append(use)
  return svg
}

/** As templates/partials/verdict.hbs. */
export function verdictMark(verdict: Verdict): HTMLElement {
  return element('span', { class: `verdict v-${verdict}` }, symbol(`v-${verdict}`, 'icon'), verdict)
}

/** As templates/partials/cell.hbs. */
export function verdictCell(verdict: Verdict | undefined, href: string | null, words = ''): HTMLElement {
  if (!verdict) return element('td', {}, element('span', { class: 'nothing' }, words || 'no result'))
  const content = [symbol(`v-${verdict}`, 'mark'), element('span', {}, words || verdict)]
  const inside = href === null ? element('div', {}, ...content) : element('a', { href }, ...content)
  if (words) inside.title = words
  return element('td', { class: `v-${verdict}` }, inside)
}

/** @throws Error where the page has none: the template and the script do not fit. */
export function find<Type extends Element>(
  selector: string,
  type: new () => Type,
  inside: ParentNode = document,
): Type {
  const found = inside.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`)
  return found
}
