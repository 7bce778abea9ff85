/** The files of an application, for the page that shows what ran. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApplicationFile } from '../core/matrix.js'
import { filesBelow } from '../files-below.js'
import { applicationFolder } from '../package.js'
import { isErrno } from './errno.js'

const FIRST = ['commands.py', 'app.py']

/** Every file below its folder: how it is served, then what is served, then the rest. None where there is no such folder. */
export async function readApplication(name: string): Promise<readonly ApplicationFile[]> {
  const root = applicationFolder(name)
  const names = (await filesOf(root)).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  const files = names.map(async (one) => ({ name: one, code: await readFile(join(root, one), 'utf8') }))
  return (await Promise.all(files)).filter(({ code }) => code.trim() !== '')
}

async function filesOf(root: string): Promise<string[]> {
  try {
    return (await filesBelow(root)).filter((name) => /\.(py|ini)$/.test(name))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

function rank(name: string): number {
  return FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length
}
