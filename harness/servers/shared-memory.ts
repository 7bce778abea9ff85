/** A killed postmaster leaves one System V segment behind; line 7 of its postmaster.pid names it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Removes the segment of the dead server whose data folder this is. Best effort: a segment costs 56 bytes. */
export async function removeSegment(dataFolder: string): Promise<void> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const creator = Number(lines[0])
  const id = Number(lines[6]?.trim().split(/\s+/)[1])
  if (!Number.isSafeInteger(id) || lines[6] === undefined || !(await createdBy(id, creator))) return
  await run('ipcrm', ['-m', String(id)]).catch(() => undefined)
}

/** Whether the segment is still the dead server's: ids are used again. */
async function createdBy(id: number, creator: number): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '')
  // Columns: key shmid perms size cpid lpid nattch …
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return rows.some((row) => row[1] === id && row[4] === creator && row[6] === 0)
}
