/** A harness in a process of its own, to be killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { matrixServers } from './servers.js'

export interface Holder {
  readonly process: ChildProcess
  readonly folder: string
  readonly supervisor: number
}

export async function startHolder(...ids: string[]): Promise<Holder> {
  const script = fileURLToPath(new URL('./fakes/holds-servers.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(matrixServers(...ids))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const { folder } = z.object({ folder: z.string() }).parse(JSON.parse(line))
    return { process: child, folder, supervisor: await supervisorOf(folder) }
  }
  throw new Error('the harness ended before its servers were up')
}

export async function supervisorOf(folder: string): Promise<number> {
  const record: unknown = JSON.parse(await readFile(join(folder, 'supervisor.json'), 'utf8'))
  return z.object({ pid: z.number() }).parse(record).pid
}

export async function postmasterOf(folder: string, server: string): Promise<number> {
  const text = await readFile(join(folder, server, 'data', 'postmaster.pid'), 'utf8')
  return Number(text.split('\n')[0])
}
