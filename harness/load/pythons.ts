/** Pythons as images: pythons.yaml. */
import type { PythonImage } from '../core/matrix.js'
import { checkSchema } from './check-schema.js'
import { readOptionalText, type Folder } from './folder.js'
import { lockedImage, type ImageLock } from './images.js'
import type { Problem } from './problem.js'
import { repeated } from './repeated.js'
import { pythonsSchema } from './schema.js'
import { readYaml, valuePlace } from './yaml-file.js'

const FILE = 'pythons.yaml'

/** Newest first. A matrix without the file has none. */
export async function loadPythons(
  folder: Folder,
  lock: ImageLock,
  problems: Problem[],
): Promise<readonly PythonImage[]> {
  if ((await readOptionalText(folder, FILE, [])) === undefined) return []
  const file = await readYaml(folder, FILE, problems)
  const pythons = file && checkSchema(pythonsSchema, file, problems)?.pythons
  if (!file || !pythons) return []
  for (const index of repeated(pythons.map(({ version }) => version))) {
    problems.push({
      place: valuePlace(file, ['pythons', index, 'version']),
      message: `there already is a Python "${pythons[index]?.version}"`,
    })
  }
  return pythons
    .map(({ version, image, preview = false }) => ({ version, preview, image: lockedImage(image, lock) }))
    .toSorted((a, b) => minor(b.version) - minor(a.version))
}

function minor(version: string): number {
  return Number(version.split('.')[1])
}
