/** Headings with nested lines under them, for the terminal and as Markdown. */
import { markdownText } from '../core/markdown.js'

export interface Section {
  readonly title: string
  readonly items: readonly Item[]
}

export interface Item {
  readonly text: string
  readonly below?: readonly Item[]
}

/** Sections without items are left out. */
export function outlineText(heading: string, sections: readonly Section[]): string {
  const parts = shown(sections).flatMap(({ title, items }) => ['', title, ...textLines(items, '  ')])
  return [heading, ...parts].join('\n')
}

function textLines(items: readonly Item[], indent: string): string[] {
  return items.flatMap(({ text, below = [] }) => [
    `${indent}${oneLine(text)}`,
    ...textLines(below, `${indent}  `),
  ])
}

export function outlineMarkdown(heading: string, sections: readonly Section[]): string {
  const parts = shown(sections).flatMap(({ title, items }) => [
    ...['', `### ${markdownText(title)}`, ''],
    ...markdownLines(items, ''),
  ])
  return [`**${markdownText(heading)}**`, ...parts].join('\n')
}

function markdownLines(items: readonly Item[], indent: string): string[] {
  return items.flatMap(({ text, below = [] }) => [
    `${indent}- ${markdownText(text)}`,
    ...markdownLines(below, `${indent}  `),
  ])
}

function shown(sections: readonly Section[]): Section[] {
  return sections.filter(({ items }) => items.length > 0)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
