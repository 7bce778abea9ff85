import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { startOf, processesIn } from '../../harness/servers/process-table.js'
import { sweep } from '../../harness/servers/sweep.js'
import { eventually } from './eventually.js'
import { startHolder } from './holder.js'

it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'a harness that ends by %s takes its servers and their data with it',
  async (signal) => {
    const holder = await startHolder('10', '18')
    expect(await processesIn(holder.folder)).not.toHaveLength(0)
    holder.process.kill(signal)
    expect(await eventually(() => !existsSync(holder.folder))).toBe(true)
    expect(await processesIn(holder.folder)).toEqual([])
    expect(await eventually(async () => (await startOf(holder.supervisor)) === undefined)).toBe(true)
  },
)

it('what is left when the supervisor is killed as well is swept by the next run', async () => {
  const holder = await startHolder('18')
  process.kill(holder.supervisor, 'SIGSTOP')
  holder.process.kill('SIGKILL')
  expect(await processesIn(holder.folder)).not.toHaveLength(0)
  process.kill(holder.supervisor, 'SIGKILL')
  expect(await eventually(async () => (await startOf(holder.supervisor)) === undefined)).toBe(true)
  await sweep()
  // The run of a test beside this one sweeps too, and may have come first.
  expect(await eventually(() => !existsSync(holder.folder))).toBe(true)
  expect(await processesIn(holder.folder)).toEqual([])
})

it('a live run is not swept', async () => {
  const holder = await startHolder('18')
  expect(await sweep()).not.toContain(holder.folder)
  expect(await processesIn(holder.folder)).not.toHaveLength(0)
  holder.process.kill('SIGKILL')
  expect(await eventually(() => !existsSync(holder.folder))).toBe(true)
})
