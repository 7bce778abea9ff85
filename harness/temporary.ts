/**
 * Folders for a while, in the machine's place for such. Their names say whose they are: a process that was killed leaves its own
 * behind, and the next one removes it.
 */
import { lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pidNamespace, startOf } from './servers/process-table.js'

export interface TemporaryFolder extends AsyncDisposable {
  /** Its real path. */
  readonly folder: string
}

/** @param purpose a word */
export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  await sweepTemporary()
  const owner = [process.pid, await startText(process.pid), await namespaceText()].join('-')
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), `pgmatrix-${purpose}-${owner}-`)))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

const NAME = /^pgmatrix-[a-z]+-(?<pid>\d+)-(?<start>\w+)-(?<namespace>\d+)-\w{6}$/

/** Returns those of dead processes, which it has removed. What belongs to other accounts or to live processes is left alone. */
export async function sweepTemporary(root = tmpdir()): Promise<string[]> {
  const removed: string[] = []
  for (const name of await readdir(root).catch(() => [])) {
    const { pid, start, namespace } = NAME.exec(name)?.groups ?? {}
    if (namespace === undefined || namespace !== (await namespaceText())) continue
    const folder = path.join(root, name)
    const seen = await lstat(folder).catch(() => undefined)
    if (!seen?.isDirectory() || seen.uid !== process.getuid?.()) continue
    if ((await startText(Number(pid))) === start) continue
    await rm(folder, { recursive: true, force: true })
    removed.push(folder)
  }
  return removed
}

/** As it may stand in a name; `none` of a process that is dead. */
async function startText(pid: number): Promise<string> {
  return (await startOf(pid))?.replaceAll(/\W/g, '') || 'none'
}

async function namespaceText(): Promise<string> {
  return (await pidNamespace()).replaceAll(/\D/g, '') || '0'
}
