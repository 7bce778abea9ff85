/** A small good matrix with the files of one scenario laid over it. */
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FIXTURES = join(import.meta.dirname, 'fixtures')

export interface Scenario extends AsyncDisposable {
  /** Absolute path of the matrix folder. */
  readonly folder: string
  /** Text with the folder's path as `matrix`. */
  readonly shown: (text: string) => string
}

/** Without a name: the good matrix itself. */
export async function scenario(name?: string): Promise<Scenario> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'pgmatrix-test-')))
  const folder = join(parent, 'matrix')
  await cp(join(FIXTURES, 'base'), folder, { recursive: true })
  if (name !== undefined) await cp(join(FIXTURES, name), folder, { recursive: true })
  return {
    folder,
    shown: (text) => text.replaceAll(`${parent}/`, ''),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true }),
  }
}
