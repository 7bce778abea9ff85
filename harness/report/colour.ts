/** Colours, where a terminal has them: NO_COLOR and FORCE_COLOR are heard. They only repeat what words say. */
import { styleText } from 'node:util'
import type { Verdict } from '../core/verdict.js'

/** A verdict, or what a line is about. */
export type Tone = Verdict | 'incident' | 'ok' | 'missing' | 'optional'

export type Paint = (tone: Tone, text: string) => string

const COLOURS = {
  native: 'green',
  partial: 'cyan',
  raw: 'yellow',
  unsupported: 'gray',
  broken: 'red',
  server: 'gray',
  refused: 'gray',
  timeout: 'magenta',
  crash: 'magenta',
  flaky: 'magenta',
  invalid: 'magenta',
  error: 'magenta',
  'not-run': 'gray',
  incident: 'yellow',
  ok: 'green',
  missing: 'red',
  optional: 'yellow',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>

export const plain: Paint = (_tone, text) => text

/** For what is written to `stream`. */
export function painter(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(COLOURS[tone], text, { stream })
}
