/** Machines with something missing, made of mounts that only one process and its children see. */
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run, type Ended } from './surroundings.js'

/** Undefined where mounts can be made, else why not. */
export const mountProblem: string | undefined = (() => {
  const words = ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']
  const { status, error, stderr } = spawnSync('unshare', words, { encoding: 'utf8' })
  if (status === 0) return undefined
  return `mounts cannot be made here (${error?.message ?? stderr.trim()})`
})()

export interface Machine {
  /** Shell commands, run as root in a mount namespace of their own. */
  readonly mounts: readonly string[]
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Folders whose files are listed afterwards: they are gone with the mounts. */
  readonly look: readonly string[]
}

export interface Outcome extends Ended {
  /**
   * Files in `look` that are not mounted from elsewhere, and in the working directory; but for matrices that were checked, which are
   * kept whole, and uv's cache, which is uv's business.
   */
  readonly left: readonly string[]
}

export async function runOn({ mounts, words, env, look }: Machine): Promise<Outcome> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'pgmatrix-cwd-'))
  const script = [
    'set -e',
    ...mounts,
    `code=0; "$@" || code=$?`,
    `echo "${SEPARATOR}"; find ${[...look, cwd].map(quoted).join(' ')} -xdev -name uv -prune -o -type f -print 2>/dev/null | while read -r file; do ${WHOLE_MATRIX} || echo "$file"; done || true`,
    'exit $code',
  ].join('\n')
  const program = [process.execPath, path.resolve('bin/pgmatrix.js'), ...words]
  const outer = ['unshare', '--mount', 'sh', '-c', script, 'sh', ...program]
  const { code, stdout, stderr } = await run(outer, { cwd, env: { ...process.env, ...env } })
  const [said = '', found = ''] = stdout.split(`${SEPARATOR}\n`)
  return { code, stdout: said, stderr, left: found.split('\n').filter((name) => name !== '') }
}

/** Whether `$file` is one, with the check sum that it begins with. */
const WHOLE_MATRIX = `{ [ "$(basename "$(dirname "$file")")" = matrices ] && [ "$(head -c 64 "$file")" = "$(tail -c +65 "$file" | sha256sum | cut -c 1-64)" ]; }`

/** The same of a file that is still there. */
export function isWholeMatrix(file: string): boolean {
  if (path.basename(path.dirname(file)) !== 'matrices') return false
  const bytes = readFileSync(file)
  return hash('sha256', bytes.subarray(64)) === bytes.toString('latin1', 0, 64)
}

const SEPARATOR = '-- left behind --'

/** An empty folder with this much room, such as `1m`. */
export function smallDisk(folder: string, size: string): string[] {
  return [`mkdir -p ${quoted(folder)}`, `mount -t tmpfs -o size=${size},mode=755 tmpfs ${quoted(folder)}`]
}

/** The same content at another place. */
export function alsoAt(real: string, folder: string): string[] {
  return [`mkdir -p ${quoted(folder)}`, `mount --bind ${quoted(real)} ${quoted(folder)}`]
}

/** Not a program any more. */
export function hidden(file: string): string {
  return `mount --bind /dev/null ${quoted(file)}`
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
