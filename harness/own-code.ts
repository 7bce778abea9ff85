/** What this program is made of, as a digest that changes with it. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Of the files below the folders, and of their names. */
export async function codeDigest(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders) {
    const names = (await readdir(folder, { recursive: true })).filter(
      (name) => !/\.map$|__pycache__/.test(name),
    )
    for (const name of names.toSorted()) {
      const bytes = await readFile(path.join(folder, name)).catch(() => undefined)
      if (bytes) hash.update(`${name}\n${bytes.length}\n`).update(bytes)
    }
  }
  return hash.digest('hex').slice(0, 16)
}
