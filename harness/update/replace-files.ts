/** Several files that change together: none does where one cannot. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EnvironmentError } from '../core/runtime.js'
import { isErrno } from '../load/errno.js'

/** Text by path, relative to the folder. */
export type Files = ReadonlyMap<string, string>

/**
 * All are written beside their places first and then renamed, in the order given; what was renamed when a rename fails is put back.
 * @throws EnvironmentError where one cannot be written
 */
export async function replaceFiles(folder: string, files: Files): Promise<void> {
  const places = [...files].map(([name, text]) => {
    const place = path.join(folder, name)
    return { place, text, temporary: `${place}.${process.pid}.tmp` }
  })
  const done: { place: string; before: string | undefined }[] = []
  try {
    for (const { place, text, temporary } of places) {
      await mkdir(path.dirname(place), { recursive: true })
      await writeFile(temporary, text)
    }
    for (const { place, temporary } of places) {
      const before = await readIfThere(place)
      await rename(temporary, place)
      done.push({ place, before })
    }
  } catch (error) {
    for (const { place, before } of done.toReversed()) await putBack(place, before)
    if (!isErrno(error)) throw error
    throw new EnvironmentError(`Nothing was changed: cannot write to ${folder}: ${error.message}`)
  } finally {
    await Promise.all(places.map(({ temporary }) => rm(temporary, { force: true }).catch(() => {})))
  }
}

async function readIfThere(place: string): Promise<string | undefined> {
  try {
    return await readFile(place, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

function putBack(place: string, before: string | undefined): Promise<void> {
  return before === undefined ? rm(place, { force: true }) : writeFile(place, before)
}
