import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { startOf, processesIn } from '../../harness/servers/process-table.js'
import { ownerOf } from '../../harness/servers/run-folder.js'
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
  // Until this test sweeps, the folder is another container's for the runs of tests beside it, which sweep too.
  const record = path.join(holder.folder, 'supervisor.json')
  const text = await readFile(record, 'utf8')
  await writeFile(record, text.replace(/"namespace":"[^"]*"/, '"namespace":"elsewhere"'))
  expect(await ownerOf(holder.folder)).toMatchObject({ namespace: 'elsewhere' })
  process.kill(holder.supervisor, 'SIGSTOP')
  holder.process.kill('SIGKILL')
  process.kill(holder.supervisor, 'SIGKILL')
  expect(await eventually(async () => (await startOf(holder.supervisor)) === undefined)).toBe(true)
  expect(await processesIn(holder.folder)).not.toHaveLength(0)
  await writeFile(record, text)
  expect(await sweep()).toContain(holder.folder)
  expect(existsSync(holder.folder)).toBe(false)
  expect(await processesIn(holder.folder)).toEqual([])
})

it('a live run is not swept', async () => {
  const holder = await startHolder('18')
  expect(await sweep()).not.toContain(holder.folder)
  expect(await processesIn(holder.folder)).not.toHaveLength(0)
  holder.process.kill('SIGKILL')
  expect(await eventually(() => !existsSync(holder.folder))).toBe(true)
})
