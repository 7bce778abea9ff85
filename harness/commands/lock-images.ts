/** `pgmatrix lock --images`: asks the registry for the digests of the matrix's images and writes their lock. */
import { homedir } from 'node:os'
import path from 'node:path'
import { replaceFile } from '../clients/lock.js'
import type { Matrix } from '../core/matrix.js'
import { UsageError } from '../core/runtime.js'
import { engineAddress } from '../docker/address.js'
import { openEngine } from '../docker/engine.js'
import { lockImages } from '../docker/lock-images.js'
import { IMAGE_LOCK, matrixImages } from '../load/images.js'

export interface LockImagesOptions {
  readonly folder: string
  readonly matrix: Matrix
  /** `registry.example/hub` */
  readonly mirror?: string | undefined
}

/** Seconds: nothing is started. */
const LIFETIME = 60

/** @throws UsageError where the matrix names no images; EnvironmentError, and then the lock is left as it was */
export async function lockMatrixImages({
  folder,
  matrix,
  mirror,
}: LockImagesOptions): Promise<{ text: string; json: unknown }> {
  const images = matrixImages(matrix)
  if (images.length === 0)
    throw new UsageError(`${folder} names no images: neither in servers.yaml nor in pythons.yaml`)
  const address = await engineAddress(process.env, homedir())
  await using engine = await openEngine(address, { lifetime: LIFETIME })
  const text = await lockImages(engine, images, { mirror })
  await replaceFile(path.join(folder, IMAGE_LOCK), text)
  const count = `${images.length} image${images.length === 1 ? '' : 's'}`
  return {
    text: `${IMAGE_LOCK}: ${count}`,
    json: { written: [IMAGE_LOCK], images: images.map(({ name }) => name) },
  }
}
