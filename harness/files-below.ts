import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** Paths, relative to a folder, of all files below it, sorted. @throws as readdir does */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted()
}
