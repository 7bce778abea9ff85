/** What the installed package brings along: matrix/, python-fixtures/, templates/. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const PACKAGE = packageFolder(path.dirname(fileURLToPath(import.meta.url)))

/** Of a web stack: python-fixtures/stacks/<name>/, or that of a fake, `fakes.<name>`. */
export function applicationFolder(name: string): string {
  const folder = name.startsWith('fakes.') ? name.replace('.', '/') : `stacks/${name}`
  return path.join(PACKAGE, 'python-fixtures', folder)
}

/** The nearest folder above with a package.json: sources and compiled files stand at different depths. */
function packageFolder(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : packageFolder(path.dirname(folder))
}
