/** The picture that shows where somebody shares a link to the site: the overview, without its words. */
import { encode } from 'fast-png'
import { overviewPage } from './models/overview-page.js'
import type { ResultsView } from './models/view.js'

/** As services that show such pictures ask for: pixels. */
export const CARD = {
  name: 'assets/card.png',
  width: 1200,
  height: 630,
  words: 'How much of each group of features each client has natively',
} as const

type Colour = readonly [red: number, green: number, blue: number]

/** As in style.css in a light scheme. */
const GROUND: Colour = [0xfc, 0xfc, 0xfb]
const LINE: Colour = [0xdc, 0xdf, 0xdd]
const NATIVE: Colour = [0x17, 0x68, 0x3f]
/** As in icon.svg. */
const MARK: Colour = [0x2b, 0x5c, 0x8a]
const PALE_MARK = mixed(GROUND, MARK, 0.35)

const MARGIN = 60
const LOGO = ['##-', '#-#', '-#-']
const WORDMARK = [
  '                        #          #     ',
  '                        #                ',
  '####   #### ## #   ###  #### # ## # #   #',
  '#   # #   # # # #     # #    ##   #  # # ',
  '#   # #   # # # #  #### #    #    #   #  ',
  '#   # #   # # # # #   # #    #    #  # # ',
  '####   #### # # #  ####  ### #    # #   #',
  '#         #                              ',
  '#      ###                               ',
]
/** Pixels from square to square. */
const LOGO_STEP = 24
const WORD_STEP = 8
/** From the top: where the map begins. */
const MAP_TOP = 180
/** Pixels. */
const FIELD_GAP = 2
/** Between kinds of clients, in columns. */
const KIND_GAP = 0.4
/** From field to field at most: a run of few clients is not blown up. */
const WIDEST = 60

/** PNG. A column for each client, a row for each group; the greener a field, the more works as installed. */
export function socialCard(view: ResultsView): Uint8Array {
  const canvas = new Canvas()
  canvas.squares(LOGO, { left: MARGIN, top: MARGIN, step: LOGO_STEP, gap: 4 })
  canvas.squares(WORDMARK, { left: MARGIN + 100, top: MARGIN + 1, step: WORD_STEP, gap: 1 })
  drawMap(canvas, view)
  return canvas.png()
}

function drawMap(canvas: Canvas, view: ResultsView): void {
  const { kinds, groups } = overviewPage(view)
  const asked = kinds
    .map(({ rows }) => rows.filter(({ whole }) => whole.decided))
    .filter(({ length }) => length)
  const across = asked.flat().length + KIND_GAP * (asked.length - 1)
  const step = {
    x: Math.min(WIDEST, (CARD.width - 2 * MARGIN) / across),
    y: Math.min(WIDEST, (CARD.height - MAP_TOP - MARGIN) / groups.length),
  }
  let column = 0
  for (const clients of asked) {
    for (const { cells } of clients) {
      for (const [row, { decided, percent }] of cells.entries())
        if (decided)
          canvas.paint(
            mixed(LINE, NATIVE, percent / 100),
            fieldAt(MARGIN + step.x * column, MAP_TOP + step.y * row, step),
          )
      column += 1
    }
    column += KIND_GAP
  }
}

/** In whole pixels, with a gap to the next one. */
function fieldAt(left: number, top: number, step: { readonly x: number; readonly y: number }): Box {
  const [x, y] = [Math.round(left), Math.round(top)]
  const until = (edge: number, start: number) => Math.max(1, Math.round(edge) - start - FIELD_GAP)
  return { left: x, top: y, width: until(left + step.x, x), height: until(top + step.y, y) }
}

function mixed(from: Colour, to: Colour, share: number): Colour {
  const [red, green, blue] = from.map((value, index) =>
    Math.round(value + share * ((to[index] ?? 0) - value)),
  )
  return [red ?? 0, green ?? 0, blue ?? 0]
}

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

class Canvas {
  readonly #pixels = new Uint8Array(3 * CARD.width * CARD.height)

  constructor() {
    this.paint(GROUND, { left: 0, top: 0, width: CARD.width, height: CARD.height })
  }

  paint(colour: Colour, { left, top, width, height }: Box): void {
    const start = (y: number) => 3 * (CARD.width * y + left)
    for (let x = 0; x < width; x++) this.#pixels.set(colour, start(top) + 3 * x)
    for (let y = top + 1; y < top + height; y++)
      this.#pixels.copyWithin(start(y), start(top), start(top) + 3 * width)
  }

  /** A sign that is made of squares: `#` dark, `-` pale. */
  squares(
    rows: readonly string[],
    { left, top, step, gap }: Pick<Box, 'left' | 'top'> & { readonly step: number; readonly gap: number },
  ): void {
    const side = { width: step - gap, height: step - gap }
    for (const [y, row] of rows.entries())
      for (const [x, sign] of row.split('').entries())
        if (sign !== ' ')
          this.paint(sign === '#' ? MARK : PALE_MARK, { left: left + step * x, top: top + step * y, ...side })
  }

  png(): Uint8Array {
    const { width, height } = CARD
    return encode({ width, height, data: this.#pixels, channels: 3 }, { zlib: { level: 9 } })
  }
}
