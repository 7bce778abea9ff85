/** Digests of images: locks/images.yaml. */
import type { Image, Matrix } from '../core/matrix.js'
import { checkSchema } from './check-schema.js'
import { readOptionalText, type Folder } from './folder.js'
import type { Problem } from './problem.js'
import { imagesSchema } from './schema.js'
import { keyPlace, readYaml, type YamlFile } from './yaml-file.js'

/** Of the matrix folder. */
export const IMAGE_LOCK = 'locks/images.yaml'

/** What servers and clients are started from. */
export type Places = Pick<Matrix, 'servers' | 'pooler' | 'pythons'>

export interface ImageLock {
  /** Undefined where there is none to read: then nothing is locked. */
  readonly file: YamlFile | undefined
  /** Name to digest. */
  readonly digests: Readonly<Record<string, string>>
}

export async function loadImageLock(folder: Folder, problems: Problem[]): Promise<ImageLock> {
  const text = await readOptionalText(folder, IMAGE_LOCK, [])
  const file = text === undefined ? undefined : await readYaml(folder, IMAGE_LOCK, problems)
  const read = file && checkSchema(imagesSchema, file, problems)
  return { file, digests: read?.images ?? {} }
}

export function lockedImage(name: string, { digests }: ImageLock): Image {
  return { name, digest: Object.hasOwn(digests, name) ? digests[name] : undefined }
}

/** Each once, servers' first. */
export function matrixImages({ servers, pooler, pythons }: Places): readonly Image[] {
  const images = [...servers.map(({ image }) => image), pooler, ...pythons.map(({ image }) => image)].filter(
    (image) => image !== undefined,
  )
  return [...new Map(images.map((image) => [image.name, image])).values()]
}

/** What is locked and nobody uses has been forgotten, or is a slip in a name. */
export function unusedImages({ file, digests }: ImageLock, used: readonly Image[]): Problem[] {
  if (!file) return []
  const names = new Set(used.map(({ name }) => name))
  return Object.keys(digests)
    .filter((name) => !names.has(name))
    .map((name) => ({
      place: keyPlace(file, ['images', name]),
      message: `no server, no pooler and no Python uses the image ${name}`,
      hint: 'remove the line',
    }))
}
