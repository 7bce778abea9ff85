/** `pgmatrix docs` and `npm run docs`: the same text in the terminal and in docs/. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { commandsPage } from './commands-page.js'
import { formatSections, formatsPage } from './formats-page.js'

const NOTE = '<!-- Written by `npm run docs` from the code: do not edit. -->\n\n'

/** File name to text. */
export function docsFiles(program: Command): ReadonlyMap<string, string> {
  return new Map([
    ['commands.md', `${NOTE}${commandsPage(program)}\n`],
    ['formats.md', `${NOTE}${formatsPage()}\n`],
  ])
}

/** @param topic one of TOPICS */
export function docsOn(program: Command, topic: string): string {
  if (topic === 'commands') return commandsPage(program)
  return formatSections().get(topic) ?? formatsPage()
}

export async function writeDocs(program: Command, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of docsFiles(program)) await writeFile(path.join(folder, name), text)
}
