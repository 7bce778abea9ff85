import { readFileSync } from 'node:fs'
import { decode } from 'fast-png'
import { expect, it } from 'vitest'
import type { Cell, Results } from '../../harness/core/result.js'
import { CARD, socialCard } from '../../harness/render/card.js'
import { viewResults } from '../../harness/render/models/view.js'
import { madeResults } from './made-results.js'

const style = readFileSync('templates/assets/style.css', 'utf8')
const icon = readFileSync('templates/assets/icon.svg', 'utf8')
const GROUND = inLightScheme('ground')
const NATIVE = inLightScheme('native')
const NOTHING = inLightScheme('line')
const MARK = /fill:(#\w{6})/.exec(icon)?.[1]
/** The lines above it have the name. */
const MAP_TOP = 150
const made = madeResults({ servers: [18], features: 3 })
const CLIENT = 'psycopg-3.3.9'

it('is as green as the overview', () => {
  expect(coloursOf(judged(() => 'native'))).toEqual(new Set([NATIVE]))
  expect(coloursOf(judged(() => 'unsupported'))).toEqual(new Set([NOTHING]))
  const some = judged(({ probe }) => (probe === made.header.probes[0]?.id ? 'native' : 'unsupported'))
  const between = [...coloursOf(some)].filter((colour) => ![NATIVE, NOTHING].includes(colour))
  expect(between).not.toEqual([])
})

it('has a column for each client', () => {
  const one = judged(({ client }) => (client === CLIENT ? 'native' : 'unsupported'))
  const all = pixelsOf(one)
  const found = all.filter(({ colour }) => colour === NATIVE)
  expect(new Set(found.map(({ y }) => y))).toEqual(new Set(all.map(({ y }) => y)))
  const clients = made.header.clients.length
  expect(spread(found)).toBeGreaterThan(5)
  expect(spread(found)).toBeLessThan(spread(all) / clients)
})

it('of a run of one client has a narrow map, and leaves out whom nothing was asked', () => {
  const cells = made.cells.filter(({ client }) => client === CLIENT)
  const all = pixelsOf({ ...made, cells })
  expect(spread(all)).toBeLessThan(60)
  expect(all[0]?.x).toBe(60)
})

it('shows the name in the colour of the icon', () => {
  expect(pixelsOf(made, 0).some(({ y, colour }) => y < MAP_TOP && colour === MARK)).toBe(true)
})

function judged(verdict: (cell: Cell) => 'native' | 'unsupported'): Results {
  return { ...made, cells: made.cells.map((cell) => ({ ...cell, verdict: verdict(cell) })) }
}

function coloursOf(results: Results): Set<string> {
  return new Set(pixelsOf(results).map(({ colour }) => colour))
}

interface Pixel {
  readonly x: number
  readonly y: number
  /** `#17683f` */
  readonly colour: string
}

/** Those that something was drawn on. */
function pixelsOf(results: Results, top = MAP_TOP): Pixel[] {
  const { data, width, height, channels } = decode(socialCard(viewResults(results)))
  expect({ width, height, channels }).toEqual({ width: CARD.width, height: CARD.height, channels: 3 })
  const pixels: Pixel[] = []
  for (let y = top; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      const colour = `#${Buffer.from(data.subarray(at, at + 3)).toString('hex')}`
      if (colour !== GROUND) pixels.push({ x, y, colour })
    }
  return pixels
}

/** From the first column of pixels to the last. */
function spread(pixels: readonly Pixel[]): number {
  const columns = [...new Set(pixels.map(({ x }) => x))]
  return Math.max(...columns) - Math.min(...columns) + 1
}

function inLightScheme(name: string): string {
  const found = new RegExp(String.raw`--${name}: (#\w{6});`).exec(style)?.[1]
  if (!found) throw new Error(`style.css has no colour ${name}`)
  return found
}
