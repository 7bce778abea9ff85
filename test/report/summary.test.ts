import { expect, it } from 'vitest'
import type { Results } from '../../harness/core/result.js'
import { summarise } from '../../harness/report/summary.js'
import { madeResults } from '../render/made-results.js'

const made = madeResults({ servers: [17, 18], features: 2 })
const begun = Date.parse(made.header.startedAt)

/** All cells of 17 half a second each, one after the other, with 20 ms of CPU; those of 18 are taken over. */
function results(): Results {
  const own = made.cells.filter(({ server }) => server === '17').length
  const cells = made.cells.map((cell, index) => ({
    ...cell,
    startedAt: new Date(cell.server === '17' ? begun + 500 * (index % own) : begun - 1000).toISOString(),
    ms: 500,
    attempts: cell.attempts.slice(0, 1).map((attempt) => ({ ...attempt, cpuMs: 20 })),
  }))
  return { ...made, cells }
}

it('a summary ends with what the cells took that ran', () => {
  const { header, cells } = results()
  const ran = cells.filter(({ server }) => server === '17')
  const attempts = ran.filter((cell) => cell.attempts.length > 0).length
  const seconds = Math.round(ran.length / 2)
  const cpu = ((20 * attempts) / ran.length).toFixed(0)
  expect(summarise(results()).split('\n').at(-1)).toBe(
    `${header.clients.length} pairings, ${ran.length} cells run in ${seconds} s, 2.0 a second, ${cpu} ms of CPU in the recipes of each`,
  )
})

it('a summary of cells that were all taken over says nothing of it', () => {
  const header = { ...made.header, startedAt: new Date(begun + 86_400_000).toISOString() }
  expect(summarise({ ...made, header })).not.toContain('a second')
})
