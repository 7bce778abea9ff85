/** Colours are for terminals, and for whoever says so. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { VERDICTS } from '../../harness/core/verdict.js'
import { painter, plain } from '../../harness/report/colour.js'
import { summarise } from '../../harness/report/summary.js'
import { asLines, madeResults } from '../render/made-results.js'

const results = madeResults({ servers: [18], features: 2 })
const file = path.join(mkdtempSync(path.join(tmpdir(), 'pgmatrix-colour-')), 'results.jsonl')
writeFileSync(file, asLines(results))

const program = ['bin/pgmatrix.js', 'summary', '--results', file]
const shell = `${process.execPath} ${program.join(' ')}`
const ON_TERMINAL = ['-qec', shell, '/dev/null']

/** What it prints, with the environment of the tests but for their own colours. */
function printed(command: string, words: readonly string[], environment: Record<string, string>): string {
  // In CI, Node takes no stream for one that has colours.
  const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...env } = process.env
  const { stdout } = spawnSync(command, words, {
    env: { ...env, TERM: 'xterm-256color', ...environment },
    encoding: 'utf8',
  })
  expect(stdout).toMatch(/cells/)
  return stdout
}

it.each<[string, boolean, string, readonly string[], Record<string, string>]>([
  ['a terminal', true, 'script', ON_TERMINAL, {}],
  ['a terminal with NO_COLOR', false, 'script', ON_TERMINAL, { NO_COLOR: '1' }],
  ['a terminal that cannot', false, 'script', ON_TERMINAL, { TERM: 'dumb' }],
  ['a file', false, process.execPath, program, {}],
  ['a file with FORCE_COLOR', true, process.execPath, program, { FORCE_COLOR: '1' }],
  ['a file with FORCE_COLOR=0', false, process.execPath, program, { FORCE_COLOR: '0' }],
  ['JSON with FORCE_COLOR', false, process.execPath, [...program, '--json'], { FORCE_COLOR: '1' }],
])('%s: %s', (_, isColoured, command, words, environment) => {
  expect(printed(command, words, environment).includes('\u001B[')).toBe(isColoured)
})

it('say nothing that words do not say', () => {
  const shown = summarise(results, (tone, text) => `<${tone}>${text}</>`)
  expect(shown.replaceAll(/<\/?[a-z-]*>/g, '')).toBe(summarise(results, plain))
  expect(
    VERDICTS.map((verdict) => painter(process.stdout)(verdict, verdict).includes(verdict)),
  ).not.toContain(false)
})
