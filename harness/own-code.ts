/** What this program is made of, as a digest that changes with it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { filesBelow } from './files-below.js'

/** What tools leave beside the code. */
const LEFT = /\.map$|__pycache__/

/** Of the files below the folders, and of their names. */
export async function codeDigest(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const name of (await filesBelow(folder)).filter((one) => !LEFT.test(one))) {
      const bytes = readFileSync(path.join(folder, name))
      hash.update(`${name}\n${bytes.length}\n`).update(bytes)
    }
  }
  return hash.digest('hex').slice(0, 16)
}
