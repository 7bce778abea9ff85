/** Results files, newest first. */
import { readdirSync } from 'node:fs'
import path from 'node:path'

export function listResultsSync(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
    return names
      .toSorted()
      .toReversed()
      .map((name) => path.join(folder, name))
  } catch {
    return [] // Whoever asks for a word is in the middle of one: there is nobody to tell.
  }
}
