/** A badge: two fields beside each other, as SVG. */
import type { Verdict } from '../../core/verdict.js'
import { xmlText } from './xml.js'

export interface Badge {
  readonly label: string
  readonly message: string
  /** Of the message's field. */
  readonly ground: string
  /** What both fields say, in a sentence for who does not see them. */
  readonly words: string
}

/** Grounds on which white text is easy to read (WCAG AA). */
export const GROUNDS = {
  ...{ native: '#17683f', partial: '#7d5500', raw: '#94440c', unsupported: '#6b5a5a', broken: '#b3182c' },
  ...{ server: '#5b6561', refused: '#6b5a5a' },
  ...{ timeout: '#6a3d96', crash: '#6a3d96', flaky: '#6a3d96', invalid: '#6a3d96', error: '#6a3d96' },
  'not-run': '#6a3d96',
} as const satisfies Record<Verdict, string>

export const PLAIN_GROUND = '#1f5583'

const [HEIGHT, PADDING] = [20, 6]
/** Of a letter at 11 pixels, about; the text is told to fill the width that results. */
const LETTER = 6.3
const LONGEST = 60

export function badgeSvg(badge: Badge): string {
  const [label, message, words] = [cut(badge.label), cut(badge.message), xmlText(badge.words)]
  const [left, right] = [widthOf(label), widthOf(message)]
  const width = left + right
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${words}"><title>${words}</title><rect width="${left}" height="${HEIGHT}" fill="#3a4340"/><rect x="${left}" width="${right}" height="${HEIGHT}" fill="${badge.ground}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${textAt(0, label)}${textAt(left, message)}</g></svg>\n`
}

function textAt(x: number, text: string): string {
  return `<text x="${x + PADDING}" y="14" textLength="${widthOf(text) - 2 * PADDING}">${xmlText(text)}</text>`
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

function widthOf(text: string): number {
  return Math.max(1, Math.ceil(text.length * LETTER)) + 2 * PADDING
}
